#include "app/cli/call_annotations.h"

#include "core/conform/numbers.h"

#include <algorithm>

namespace lb {
namespace {

const Tensor* outputOf(const LayerCall& call, std::span<const Tensor> outputs, Role role)
{
    const auto found = std::ranges::find(call.roles, role);
    const auto index = static_cast<std::size_t>(found - call.roles.begin());
    return index < outputs.size() ? &outputs[index] : nullptr;
}

Result<Tensor> partOf(const Config& boxes, const char* key)
{
    const Config* part = boxes.find(key);
    if (!part)
        return Error{ErrorCode::BadFile, "--boxes",
                     {LB_TR("Error", "needs an object with \"boxes\" and \"labels\", %1 is missing"),
                      {std::string(key)}}};
    Result<Tensor> tensor = tensorOf(*part);
    if (!tensor.ok())
        tensor.error().where = std::string("--boxes, ") + key;
    return tensor;
}

} // namespace

Result<> addAnnotations(LayerCall& call, const std::optional<Tensor>& masks,
                        const std::optional<Config>& boxes)
{
    if (!masks && !boxes)
        return std::monostate{};
    if (call.inputs.size() != 1)
        return Error{ErrorCode::BadParameter, masks ? "--masks" : "--boxes",
                     LB_TR("Error", "belong to images: give these as the only input")};
    call.roles = {Role::Images};
    const auto add = [&](Role role, Tensor tensor) {
        call.inputs.push_back(std::move(tensor));
        call.roles.push_back(role);
    };
    if (masks)
        add(Role::SegmentationMasks, *masks);
    if (boxes) {
        LB_TRY(edges, partOf(*boxes, "boxes"));
        LB_TRY(labels, partOf(*boxes, "labels"));
        add(Role::Boxes, converted(edges, DType::Float32));
        add(Role::BoxLabels, std::move(labels));
    }
    return std::monostate{};
}

Config movedBoxes(const LayerCall& call, std::span<const Tensor> outputs)
{
    const Tensor* boxes = outputOf(call, outputs, Role::Boxes);
    const Tensor* labels = outputOf(call, outputs, Role::BoxLabels);
    if (!boxes || !labels)
        return {};
    return ConfigObject{{"boxes", listsOf(*boxes)}, {"labels", listsOf(*labels)}};
}

const Tensor* movedMasks(const LayerCall& call, std::span<const Tensor> outputs)
{
    return outputOf(call, outputs, Role::SegmentationMasks);
}

Config movedDictionary(const LayerCall& call, std::span<const Tensor> outputs)
{
    ConfigObject result{{"images", listsOf(outputs.front())}};
    if (const Tensor* masks = movedMasks(call, outputs))
        result.emplace("segmentation_masks", listsOf(*masks));
    if (Config boxes = movedBoxes(call, outputs); !boxes.isNull())
        result.emplace("bounding_boxes", std::move(boxes));
    return result;
}

} // namespace lb
