#include "core/conform/archive_case.h"

#include "core/conform/layer_call.h"
#include "core/conform/numbers.h"
#include "core/interop/keras/keras_archive.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"
#include "core/training/plan.h"

namespace lb {
namespace {

std::string inFolder(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : folder + "/" + name;
}

/// The one file that a key names.
Result<std::string> fileAt(const Config& json, std::string_view key)
{
    const Config* value = json.find(key);
    if (const auto* name = value ? value->as<std::string>() : nullptr)
        return *name;
    const auto* named = value ? value->as<ConfigObject>() : nullptr;
    if (named && named->size() == 1)
        if (const auto* name = named->begin()->second.as<std::string>())
            return *name;
    return Error{ErrorCode::Unsupported, std::string(key),
                 LB_TR("Error", "must be a file, or one file by the name of the input")};
}

Result<Tensor> decoded(const std::string& name, std::string_view bytes, const Limits& limits)
{
    if (name.ends_with(".npy"))
        return decodeNpy(bytes, limits);
    if (name.ends_with(".txt"))
        return tensorOfLines(bytes);
    if (!name.ends_with(".json"))
        return Error{ErrorCode::Unsupported, name,
                     LB_TR("Error", "only .npy, .json and .txt files are read here")};
    LB_TRY(json, parseJson(bytes, limits));
    return tensorOf(json);
}

Result<Tensor> numbers(const FileTree& tree, const std::string& name, const Limits& limits)
{
    LB_TRY(bytes, tree.read(name, limits.tensorBytes));
    Result<Tensor> tensor = decoded(name, bytes, limits);
    if (!tensor.ok())
        tensor.error().where = name;
    return tensor;
}

Result<> checkInput(const Spec& input, const Shape& shape)
{
    bool fits = input.shape.size() == shape.size();
    for (std::size_t i = 1; fits && i < shape.size(); ++i)
        fits = input.shape[i] == kUnknown || input.shape[i] == shape[i];
    if (!fits)
        return Error{ErrorCode::BadShape,
                     "inputs",
                     {LB_TR("Error", "needs shape %1, got %2"), {text(input.shape), text(shape)}}};
    return std::monostate{};
}

/// What the model is called on, in its order: by name, where there are several.
Result<std::vector<Tensor>> inputsOf(const FileTree& tree, const std::string& folder,
                                     const Config& json, std::span<const Column> wanted,
                                     const Limits& limits)
{
    const Config* files = json.find("inputs");
    std::vector<Tensor> inputs;
    for (const Column& input : wanted) {
        const Config* named = files && wanted.size() > 1 ? files->find(input.name) : nullptr;
        const auto* file = named ? named->as<std::string>() : nullptr;
        if (wanted.size() > 1 && !file)
            return Error{ErrorCode::NotFound, "inputs/" + input.name,
                         LB_TR("Error", "the case has no file for this input of the model")};
        LB_TRY(only, file ? Result<std::string>(*file) : fileAt(json, "inputs"));
        LB_TRY(x, numbers(tree, inFolder(folder, only), limits));
        if (Result<> fits = checkInput(input.spec, x.shape()); !fits.ok())
            return std::move(fits.error());
        inputs.push_back(std::move(x));
    }
    return inputs;
}

} // namespace

Result<Tensor> answeredArchive(const FileTree& tree, const std::string& folder, const Config& json,
                               const LayerRegistry& registry, const Limits& limits)
{
    LB_TRY(archive, fileAt(json, "model"));
    LB_TRY(bytes, tree.read(inFolder(folder, archive), limits.archiveBytes));
    LB_TRY(model, parseKerasArchive(std::move(bytes), archive, registry, limits));
    LB_TRY(inputs, inputsOf(tree, folder, json, model.inputs, limits));
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        request.inputs.push_back({model.inputs[i].spec.dtype, inputs[i].shape(), {}});
    LB_TRY(flat, flattened(model.document, registry, request));
    if (Result<> fits = fitsMemory(flat.graph, limits); !fits.ok())
        return std::move(fits.error());
    LB_TRY(store, ParameterStore::initial(flat, 0));
    if (Result<> restored = store.restore(model.weights); !restored.ok())
        return std::move(restored.error());
    const ValueId output = flat.graph.outputs.front();
    LB_TRY(plan,
           Plan::make(std::move(flat), std::make_shared<ParameterStore>(std::move(store)), {}));
    const std::vector<std::size_t>& given = plan.model().given;
    for (std::size_t i = 0; i < given.size(); ++i)
        if (Result<> set = plan.setInput(i, inputs[given[i]]); !set.ok())
            return std::move(set.error());
    if (Result<> ran = plan.run({}); !ran.ok())
        return std::move(ran.error());
    return plan.value(output);
}

Result<std::optional<Tensor>> expectedPrediction(const FileTree& tree, const std::string& folder,
                                                 const Config& json, const Limits& limits)
{
    const Config* value = json.find("predictions");
    const auto* name = value ? value->as<std::string>() : nullptr;
    if (!name || !tree.contains(inFolder(folder, *name)))
        return std::optional<Tensor>();
    LB_TRY(tensor, numbers(tree, inFolder(folder, *name), limits));
    return std::optional<Tensor>(std::move(tensor));
}

} // namespace lb
