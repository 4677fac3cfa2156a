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

Heights::Heights(const Body& body)
{
    constexpr int kMostInputs = 3, kMostOutputs = 2; // more of them stand in rows
    constexpr double kPortRow = 20;
    const auto atLeast = [&](NodeId node, int ports, int most) {
        double& own = m_more[node];
        own = std::max(own, ports > most ? kPortRow * (ports + 1) : 0); // one is free
    };
    for (const auto& node : body.nodes) {
        atLeast(node->id, static_cast<int>(node->inputs.size()), kMostInputs);
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                atLeast(wire->node, wire->port + 1, kMostOutputs);
    }
}

double Heights::more(NodeId node) const
{
    const auto found = m_more.find(node);
    return found == m_more.end() ? 0 : found->second;
}

Point next(Point at)
{
    if (at.x + kPitchX >= kLeft + kColumns * kPitchX)
        return {kLeft, at.y + kPitchY};
    return {at.x + kPitchX, at.y};
}

std::vector<Place> places(const Body& body)
{
    std::vector<Place> result;
    const Heights heights(body);
    double bottom = kTop - kPitchY; // of the rows so far, where the next one would begin less a pitch
    const auto place = [&](Stage stage, Point at) {
        double tallest = 0;
        for (const Node* node : inOrder(body)) {
            if (node->stage != stage)
                continue;
            result.push_back({node->id, at});
            tallest = std::max(tallest, heights.more(node->id));
            bottom = at.y + tallest;
            const Point following = next(at);
            at = following.y > at.y ? Point{following.x, following.y + tallest} : following;
            if (at.x == kLeft)
                tallest = 0;
        }
    };
    place(Stage::Pipeline, {kLeft, kTop});
    place(Stage::Model, {kLeft, std::max(kModelTop, bottom + kModelTop - kTop)});
    return result;
}

} // namespace lb::arrangement
