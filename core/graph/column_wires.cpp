#include "core/graph/column_wires.h"

#include <algorithm>

namespace lb {
namespace {

/// Where an output went; nothing if its column is gone.
std::optional<int> movedPort(int port, const std::vector<std::string>& before,
                             const std::vector<std::string>& after)
{
    if (port < 0 || port >= std::ssize(before))
        return static_cast<int>(after.size()); // the label
    const auto found = std::ranges::find(after, before[static_cast<std::size_t>(port)]);
    return found == after.end() ? std::nullopt
                                : std::optional(static_cast<int>(found - after.begin()));
}

} // namespace

Document withColumnWires(const Document& document, NodeId source,
                         const std::vector<std::string>& before,
                         const std::vector<std::string>& after)
{
    Document result = document;
    auto body = std::make_shared<Body>(document.root());
    bool any = false;
    for (auto& node : body->nodes) {
        auto changed = std::make_shared<Node>(*node);
        std::vector<Input> inputs;
        for (Input& input : changed->inputs) {
            auto* wire = std::get_if<PortRef>(&input.from);
            if (wire && wire->node == source) {
                const auto port = movedPort(wire->port, before, after);
                if (!port)
                    continue;
                wire->port = *port;
            }
            inputs.push_back(std::move(input));
        }
        changed->inputs = std::move(inputs);
        if (*changed == *node)
            continue;
        node = std::move(changed);
        any = true;
    }
    if (any)
        result.bodies.front() = std::move(body);
    return result;
}

} // namespace lb
