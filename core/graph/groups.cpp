#include "core/graph/groups.h"

#include "core/graph/flow.h"
#include "core/layers/random_group.h"

#include <algorithm>
#include <map>
#include <set>

namespace lb::groups {
namespace {

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
            if (const std::vector<PortRef> wires = flow::dataWires(*node); index < wires.size())
                nodes.push_back(wires[index].node);
        }
    return nodes;
}

constexpr std::size_t kDeepest = 64; // groups in groups, as analysis takes them

/// The group that the node calls; null if it calls a layer or passes its input on.
const Body* openBody(const Document& document, const Node& node)
{
    const auto* called = std::get_if<BodyId>(&node.calls);
    return called && !node.muted ? document.body(*called) : nullptr;
}

/// Backwards along a row: every layer from the output to the input.
Result<std::vector<Branch>> layersOfRow(const Document& document, PortRef last)
{
    std::vector<Branch> row;
    const Node* node = document.node(last.node);
    while (node && !flow::isClass(document, *node, flow::kInput)) {
        const std::vector<PortRef> wires = flow::dataWires(*node);
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
    const std::vector<PortRef> wires = output ? flow::dataWires(*output) : std::vector<PortRef>{};
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

std::vector<const Node*> within(const Document& document, BodyId body)
{
    std::vector<const Node*> nodes;
    std::vector<BodyId> bodies{body};
    for (std::size_t next = 0; next < bodies.size(); ++next)
        if (const Body* inner = document.body(bodies[next]))
            for (const auto& node : inner->nodes) {
                nodes.push_back(node.get());
                const auto* called = std::get_if<BodyId>(&node->calls);
                if (called && std::ranges::find(bodies, *called) == bodies.end())
                    bodies.push_back(*called);
            }
    return nodes;
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
        const Body* inner = openBody(document, *at);
        if (const Node* output = inner ? outputOf(document, *inner) : nullptr)
            open.push_back({output->id, false});
        if (place.leaves && flow::isClass(document, *at, flow::kInput))
            for (const NodeId outside : outsideOf(document, at->id))
                open.push_back({outside, true});
    }
    return nodes;
}

std::set<NodeId> downstream(const Document& document, std::span<const NodeId> nodes)
{
    // Who is in a group because a call led there goes on behind that call already.
    struct Place {
        NodeId node;
        bool leaves = true;
        auto operator<=>(const Place&) const = default;
    };
    std::multimap<NodeId, NodeId> users;
    std::map<NodeId, std::vector<NodeId>> starts; // of each call: the Inputs of its group
    std::multimap<NodeId, NodeId> calls; // of each group's Output: who calls it
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes) {
            for (const PortRef& wire : flow::dataWires(*node))
                users.emplace(wire.node, node->id);
            const Body* inner = openBody(document, *node);
            if (!inner)
                continue;
            for (const auto& each : inner->nodes)
                if (flow::isClass(document, *each, flow::kInput))
                    starts[node->id].push_back(each->id);
            if (const Node* output = outputOf(document, *inner))
                calls.emplace(output->id, node->id);
        }
    std::set<Place> seen;
    std::set<NodeId> found;
    std::vector<Place> open;
    const auto leave = [&](const Place& place) { // to those who take the value
        const auto [first, last] = users.equal_range(place.node);
        for (auto user = first; user != last; ++user)
            open.push_back({user->second, place.leaves});
    };
    for (const NodeId node : nodes)
        leave({node});
    while (!open.empty()) {
        const Place place = open.back();
        open.pop_back();
        if (!seen.insert(place).second)
            continue;
        found.insert(place.node);
        leave(place);
        if (const auto inputs = starts.find(place.node); inputs != starts.end())
            for (const NodeId input : inputs->second)
                open.push_back({input, false});
        const auto [first, last] = calls.equal_range(place.node);
        for (auto call = first; place.leaves && call != last; ++call)
            leave({call->second});
    }
    return found;
}

const Node* maker(const Document& document, const Node& node)
{
    const auto along = [&](const Node& from, std::size_t index) -> const Node* {
        const std::vector<PortRef> wires = flow::dataWires(from);
        return index < wires.size() ? document.node(wires[index].node) : nullptr;
    };
    const Node* at = along(node, 0);
    for (std::size_t ends = 0; at && ends < 2 * kDeepest; ++ends) { // circles are told elsewhere
        if (flow::isClass(document, *at, flow::kInput)) {
            const auto around = callers(document, at->id);
            if (!around || around->empty())
                return nullptr;
            at = along(*around->back(), inputIndex(document, *document.bodyOf(at->id), at->id));
        } else if (const Body* inner = openBody(document, *at); inner && !isByChance(*at)) {
            const Node* output = outputOf(document, *inner);
            at = output ? along(*output, 0) : nullptr;
        } else {
            break;
        }
    }
    return at;
}

bool isByChance(const Node& node)
{
    if (!std::holds_alternative<BodyId>(node.calls))
        return false;
    const auto use = groupUse(node.call);
    return use.ok() && use.value() != GroupUse::Always;
}

} // namespace lb::groups
