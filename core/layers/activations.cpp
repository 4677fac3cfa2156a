#include "core/layers/activations.h"

#include "core/layers/emitter.h"
#include "core/support/nearest_name.h"

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
    const std::string near = nearestName(name, known);
    std::string all;
    for (const std::string& each : known)
        all += (all.empty() ? "" : ", ") + each;
    return Error{ErrorCode::BadParameter,
                 "activation",
                 near.empty()
                     ? Message{LB_TR("Error", "%1 is not a known activation; there are: %2"), {name, all}}
                     : Message{LB_TR("Error", "%1 is not a known activation; is %2 meant?"),
                               {name, near}}};
}

} // namespace lb
