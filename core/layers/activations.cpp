#include "core/layers/activations.h"

#include "core/layers/emitter.h"

#include <algorithm>

namespace lb {

std::string activationName(const Config& activation)
{
    if (activation.isNull())
        return "linear";
    const Config* nested = activation.find("class_name"); // a serialised function
    const Config* name = nested ? activation.find("config") : &activation;
    const auto* text = name ? name->as<std::string>() : nullptr;
    if (!text && nested && nested->as<std::string>())
        return *nested->as<std::string>(); // a layer
    if (!text)
        return "?";
    return *text == "swish" ? "silu" : *text == "hard_swish" ? "hard_silu" : *text;
}

Result<> checkActivation(const Config& activation)
{
    const std::string name = activationName(activation);
    const std::vector<std::string> known = activationNames();
    if (std::ranges::find(known, name) != known.end())
        return std::monostate{};
    return Error{ErrorCode::BadParameter,
                 "activation",
                 {LB_TR("Error", "%1 is not a known activation"), {name}}};
}

} // namespace lb
