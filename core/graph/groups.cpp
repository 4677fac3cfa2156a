#include "core/graph/groups.h"

#include "core/graph/flow.h"
#include "core/layers/random_group.h"

#include <algorithm>
#include <set>

namespace lb::groups {
namespace {

std::vector<PortRef> wiresOf(const Node& node)
{
    std::vector<PortRef> wires;
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from);
            wire && input.port != flow::kLabelPort)
            wires.push_back(*wire);
    return wires;
}

/// What the calls of the group bring where its node `input` stands.
std::vector<NodeId> outsideOf(const Document& document, NodeId input)
{
    const Body* inner = document.bodyOf(input);
    if (!inner)
        return {};
    const std::size_t index = inputIndex(document, *inner, input);
    std::vector<NodeId> nodes;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes) {
            const auto* called = std::get_if<BodyId>(&node->calls);
            if (!called || *called != inner->id)
                continue;
            if (const std::vector<PortRef> wires = wiresOf(*node); index < wires.size())
                nodes.push_back(wires[index].node);
        }
    return nodes;
}

/// Backwards along a row: every layer from the output to the input.
Result<std::vector<Branch>> layersOfRow(const Document& document, PortRef last)
{
    std::vector<Branch> row;
    const Node* node = document.node(last.node);
    while (node && !flow::isClass(document, *node, flow::kInput)) {
        const std::vector<PortRef> wires = wiresOf(*node);
        if (wires.size() != 1)
            return Error{wires.empty() ? ErrorCode::NotFound : ErrorCode::BadShape,
                         document.nameOf(node->id),
                         wires.empty()
                             ? LB_TR("Error", "nothing is connected to its input")
                             : LB_TR("Error",
                                     "has several inputs: a group that is used as one of several "
                                     "is a row of layers, or has a branch for each input of its "
                                     "output")};
        if (std::ranges::find(row, node->id, [](const Branch& b) { return b.result.node; })
            != row.end())
            return Error{ErrorCode::BadParameter, document.nameOf(node->id),
                         LB_TR("Error", "is part of a circle of wires")};
        row.push_back({last, wires.front().node});
        last = wires.front();
        node = document.node(last.node);
    }
    std::ranges::reverse(row);
    return row;
}

} // namespace

const Node* outputOf(const Document& document, const Body& body)
{
    for (const auto& node : body.nodes)
        if (flow::isClass(document, *node, flow::kOutput))
            return node.get();
    return nullptr;
}

std::size_t inputIndex(const Document& document, const Body& body, NodeId input)
{
    std::size_t index = 0;
    for (const auto& other : body.nodes) {
        if (other->id == input)
            break;
        index += flow::isClass(document, *other, flow::kInput);
    }
    return index;
}

Result<std::vector<Branch>> branches(const Document& document, const Body& body)
{
    const Node* output = outputOf(document, body);
    const std::vector<PortRef> wires = output ? wiresOf(*output) : std::vector<PortRef>{};
    if (wires.empty())
        return Error{ErrorCode::NotFound, body.name, LB_TR("Error", "the group has no output")};
    std::vector<Branch> result;
    if (wires.size() == 1) {
        LB_TRY(row, layersOfRow(document, wires.front()));
        result = std::move(row);
    } else {
        for (const PortRef& wire : wires)
            result.push_back({wire, {}});
    }
    if (result.empty())
        return Error{ErrorCode::NotFound, body.name,
                     LB_TR("Error", "the group holds no layer to choose")};
    return result;
}

std::optional<std::vector<const Node*>> callers(const Document& document, NodeId node)
{
    std::vector<const Node*> calls;
    const Body* body = document.bodyOf(node);
    while (body && body != &document.root() && calls.size() <= document.bodies.size()) {
        const Node* caller = nullptr;
        for (const auto& other : document.bodies)
            for (const auto& each : other->nodes)
                if (const auto* called = std::get_if<BodyId>(&each->calls);
                    called && *called == body->id && !caller)
                    caller = each.get();
        if (!caller)
            return std::nullopt;
        calls.push_back(caller);
        body = document.bodyOf(caller->id);
    }
    if (body != &document.root())
        return std::nullopt;
    std::ranges::reverse(calls);
    return calls;
}

std::vector<NodeId> upstream(const Document& document, NodeId node)
{
    // Who is in a group because a call led there does not leave it by another call.
    struct Place {
        NodeId node;
        bool leaves = true;
        auto operator<=>(const Place&) const = default;
    };
    std::vector<Place> open{{node}};
    std::set<Place> seen;
    std::set<NodeId> found;
    std::vector<NodeId> nodes;
    for (std::size_t next = 0; next < open.size(); ++next) {
        const Place place = open[next];
        if (!seen.insert(place).second)
            continue;
        if (found.insert(place.node).second)
            nodes.push_back(place.node);
        const Node* at = document.node(place.node);
        if (!at)
            continue;
        for (const Input& input : at->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                open.push_back({wire->node, place.leaves});
        const auto* called = std::get_if<BodyId>(&at->calls);
        const Body* inner = called && !at->muted ? document.body(*called) : nullptr;
        if (const Node* output = inner ? outputOf(document, *inner) : nullptr)
            open.push_back({output->id, false});
        if (place.leaves && flow::isClass(document, *at, flow::kInput))
            for (const NodeId outside : outsideOf(document, at->id))
                open.push_back({outside, true});
    }
    return nodes;
}

bool isByChance(const Node& node)
{
    if (!std::holds_alternative<BodyId>(node.calls))
        return false;
    const auto use = groupUse(node.call);
    return use.ok() && use.value() != GroupUse::Always;
}

} // namespace lb::groups
