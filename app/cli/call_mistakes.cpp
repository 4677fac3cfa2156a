#include "app/cli/call_mistakes.h"

#include "app/cli/arguments.h"
#include "core/layers/dtype_policy.h"

namespace lb {

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

} // namespace lb
