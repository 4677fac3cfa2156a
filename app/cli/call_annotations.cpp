#include "app/cli/call_annotations.h"

#include "core/conform/numbers.h"
#include "core/layers/image_frame.h"

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

DataFormat dataFormatOf(const Config& layer)
{
    DataFormat format = DataFormat::ChannelsLast;
    const Config* config = layer.find("config");
    if (const Config* stored = config ? config->find("data_format") : nullptr)
        Codec<DataFormat>::read(*stored, format); // the layer itself refuses what is none
    return format;
}

/// Errors: BadShape for masks that do not have a place for every pixel of the images.
Result<> checkMasks(const Shape& masks, const Shape& images, DataFormat format)
{
    const auto pixels = imageSizeOf(images, format);
    if (!pixels.ok())
        return std::monostate{}; // the layer refuses the images
    const auto given = imageSizeOf(masks, format);
    const auto sizes = [](const ImageSize& size) {
        return std::tuple(size.batch, size.height, size.width);
    };
    if (given.ok() && masks.size() == images.size()
        && sizes(given.value()) == sizes(pixels.value()))
        return std::monostate{};
    Shape wanted = images;
    wanted[images.size() - (format == DataFormat::ChannelsFirst ? 3 : 1)] = 1;
    return Error{ErrorCode::BadShape,
                 "--masks",
                 {LB_TR("Error",
                        "have the shape %1, and the images %2; give the class of every pixel, as %3"),
                  {text(masks), text(images), text(wanted)}}};
}

/// Boxes as told, of images that have none: lists tell no axis behind an empty one.
Tensor withEdges(Tensor boxes, std::size_t axes)
{
    if (boxes.shape().size() + 1 != axes || elementCount(boxes.shape()) != 0)
        return boxes;
    Shape shape = boxes.shape();
    shape.push_back(4);
    return boxes.reshaped(std::move(shape));
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
    const Shape images = call.inputs.front().shape();
    if (masks)
        if (Result<> fit = checkMasks(masks->shape(), images, dataFormatOf(call.layer)); !fit.ok())
            return fit;
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
        add(Role::Boxes,
            withEdges(converted(edges, DType::Float32), images.size() - 1)); // images: one more
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
