#include "core/interop/code/python_call.h"

#include "core/graph/flow.h"
#include "core/layers/dtype_policy.h"
#include "core/support/json.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text) {
        if (c == '\\' || c == '\'')
            result += '\\';
        if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else
            result += c;
    }
    return result + "'";
}

} // namespace

bool isReplaced(std::string_view kerasClass, std::string_view key, const Config& config)
{
    if (kerasClass != "Discretization" || key != "num_bins")
        return false;
    const Config* given = config.find("bin_boundaries");
    return given && !given->isNull();
}

std::string pythonLiteral(const Config& value)
{
    if (value.isNull())
        return "None";
    if (const bool* truth = value.as<bool>())
        return *truth ? "True" : "False";
    if (const auto* text = value.as<std::string>())
        return quoted(*text);
    if (const double* real = value.as<double>(); real && !std::isfinite(*real))
        return std::isnan(*real) ? "float('nan')" : *real > 0 ? "float('inf')" : "float('-inf')";
    if (const auto* list = value.as<ConfigList>()) {
        std::string result = "[";
        for (std::size_t i = 0; i < list->size(); ++i)
            result += (i ? ", " : "") + pythonLiteral((*list)[i]);
        return result + "]";
    }
    if (const auto* object = value.as<ConfigObject>()) {
        std::string result = "{";
        for (const auto& [key, each] : *object)
            result += (result.size() > 1 ? ", " : "") + quoted(key) + ": " + pythonLiteral(each);
        return result + "}";
    }
    return writeJson(value, JsonStyle::Compact); // numbers look alike
}

std::string pythonCall(const LayerType& type, const LayerDef& layer)
{
    const std::string_view kerasClass = type.kerasClass();
    for (const std::string_view own : {flow::kSource, flow::kBatch, flow::kOutput, flow::kInput})
        if (kerasClass == own)
            return "# " + std::string(kerasClass) + " is part of the project, not a Keras layer.";
    const std::string module = kerasClass == "FeatureSpace" ? "keras.utils." : "keras.layers.";
    std::string code = module + std::string(kerasClass) + "(\n";
    for (const ParamSpec& spec : type.specs()) {
        const Config* value = layer.config.find(spec.key);
        if (value && !isReplaced(kerasClass, spec.key, layer.config)
            && (spec.required || !(*value == spec.kerasDefault)))
            code += "    " + spec.key + "=" + pythonLiteral(*value) + ",\n";
    }
    const auto policy = policyName(layer.config);
    if (policy.ok() && policy.value().value_or("float32") != "float32"
        && std::ranges::find(type.specs(), "dtype", &ParamSpec::key) == type.specs().end())
        code += "    dtype=" + quoted(*policy.value()) + ",\n";
    return code + "    name=" + quoted(layer.name) + ",\n)";
}

} // namespace lb
