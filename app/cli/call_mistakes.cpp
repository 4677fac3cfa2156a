#include "app/cli/call_mistakes.h"

#include "app/cli/arguments.h"
#include "core/layers/dtype_policy.h"

namespace lb {
namespace {

/// An error of the layer's operations, which the user has not heard of, as one of the layer.
Error ofLayer(Error error, const std::string& file, const Config& layer,
              const LayerRegistry& registry)
{
    const Config* name = layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    const auto type = registry.find(kerasClass ? *kerasClass : "");
    if (!type.ok() || (error.code != ErrorCode::BadShape && !error.where.empty()))
        return error;
    const std::string key = error.where.substr(0, error.where.find('/'));
    const bool parameter = std::ranges::find(type.value()->specs(), key, &ParamSpec::key)
        != type.value()->specs().end();
    const bool input = error.where.starts_with("input");
    error.where = file + ": " + *kerasClass + (parameter || input ? ": " + error.where : "");
    return error;
}

/// Whether a call failed only because an empty list was taken for numbers: with strings in it the layer
/// takes its inputs.
bool wantsStrings(LayerCall call, const Error& error, const LayerRegistry& registry)
{
    bool changed = false;
    for (Tensor& x : call.inputs)
        if (elementCount(x.shape()) == 0 && x.dtype() != DType::String) {
            x = Tensor::make<std::string>(x.shape(), [](std::span<std::string>) {});
            changed = true;
        }
    if (!changed || error.code != ErrorCode::BadShape)
        return false;
    const Result<LayerAnswer> answer = answered(call, registry);
    return answer.ok() || answer.error().code != ErrorCode::BadShape;
}

} // namespace

Error noDType(const std::string& name)
{
    if (policyNamed(name))
        return {ErrorCode::BadParameter,
                "--dtype",
                {LB_TR("Error", "is the dtype of the inputs, and %1 is a policy of layers: write it "
                                "into the layer's config, \"dtype\": \"%1\""),
                 {name}}};
    std::vector<std::string> known;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(DType::String); ++i)
        known.emplace_back(nameOf(static_cast<DType>(i)));
    Error error = noSuchName(name, LB_TR("Error", "is no dtype of inputs"), known);
    error.where = "--dtype: " + name;
    return error;
}

Result<> checkLayerFile(const Config& layer)
{
    const Config* name = layer.find("class_name");
    const Config* config = layer.find("config");
    if (name && name->as<std::string>() && (!config || config->as<ConfigObject>()))
        return std::monostate{};
    const Text how = !layer.as<ConfigObject>() ? LB_TR("Error", "is no object; a layer is written as %1")
        : !name                       ? LB_TR("Error", "has no class_name; a layer is written as %1")
        : !name->as<std::string>()    ? LB_TR("Error", "class_name is no string; a layer is written as %1")
                                      : LB_TR("Error", "config is no object; a layer is written as %1");
    return Error{ErrorCode::BadFile, "",
                 {how, {std::string(R"({"class_name": "Dense", "config": {"units": 3}})")}}};
}

Error ofCall(Error error, const std::string& file, const LayerCall& call, const LayerRegistry& registry,
             bool dtypeSaid)
{
    if (!dtypeSaid && wantsStrings(call, error, registry))
        error.message = {LB_TR("Error", "%1; an empty list holds numbers, unless --dtype string says "
                                        "otherwise"),
                         {english(error.message)}};
    if (error.code != ErrorCode::BadParameter && error.code != ErrorCode::UnknownLayer)
        return ofLayer(std::move(error), file, call.layer, registry);
    error.where = file + (error.where.empty() ? "" : ": ") + error.where;
    return error;
}

} // namespace lb
