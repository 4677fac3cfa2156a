#include "app/workbench/arrangement.h"

#include <algorithm>
#include <map>

namespace lb::arrangement {
namespace {

/// Nodes after those that they read, in document order where it does not matter.
std::vector<const Node*> inOrder(const Body& body)
{
    std::map<NodeId, const Node*> waiting;
    for (const auto& node : body.nodes)
        waiting.emplace(node->id, node.get());
    std::vector<const Node*> order;
    while (!waiting.empty()) {
        auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const auto& entry) {
            return std::none_of(entry.second->inputs.begin(), entry.second->inputs.end(),
                                [&](const Input& input) {
                                    const auto* wire = std::get_if<PortRef>(&input.from);
                                    return wire && waiting.contains(wire->node);
                                });
        });
        if (ready == waiting.end())
            ready = waiting.begin(); // a cycle that a file brought in
        order.push_back(ready->second);
        waiting.erase(ready);
    }
    return order;
}

} // namespace

Point next(Point at)
{
    if (at.x + kPitchX >= kLeft + kColumns * kPitchX)
        return {kLeft, at.y + kPitchY};
    return {at.x + kPitchX, at.y};
}

std::vector<Place> places(const Document& document)
{
    std::vector<Place> result;
    const std::vector<const Node*> order = inOrder(document.root());
    Point at{kLeft, kTop};
    double bottom = kTop - kPitchY;
    for (const Node* node : order)
        if (node->stage == Stage::Pipeline) {
            result.push_back({node->id, at});
            bottom = at.y;
            at = next(at);
        }
    at = {kLeft, std::max(kModelTop, bottom + kModelTop - kTop)};
    for (const Node* node : order)
        if (node->stage == Stage::Model) {
            result.push_back({node->id, at});
            at = next(at);
        }
    return result;
}

} // namespace lb::arrangement
