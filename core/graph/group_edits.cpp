#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/unique_name.h"

#include <algorithm>
#include <set>

namespace lb::edits {
namespace {

constexpr double kGroupColumn = 240; // from a node to the one behind it

Error unfit(std::string where, Text reason)
{
    return {ErrorCode::BadParameter, std::move(where), reason};
}

/// What leads into a selection and out of it.
struct Border {
    std::optional<PortRef> in; ///< the value that comes in
    std::optional<PortRef> out; ///< the value of the selection that is used outside
};

Result<Border> borderOf(const Document& document, const Body& body, const std::set<NodeId>& chosen)
{
    Border border;
    std::set<NodeId> followed;
    for (const auto& node : body.nodes)
        for (const Input& input : node->inputs) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            if (!wire || chosen.contains(node->id) == chosen.contains(wire->node)) {
                if (wire && chosen.contains(node->id))
                    followed.insert(wire->node);
                continue;
            }
            std::optional<PortRef>& end = chosen.contains(node->id) ? border.in : border.out;
            if (end && *end != *wire)
                return unfit(document.nameOf(node->id),
                             LB_TR("Error", "a group takes one value and gives one; this wire "
                                            "brings another one"));
            end = *wire;
        }
    if (border.out)
        return border;
    for (const NodeId id : chosen) // nothing uses it yet: the loose end
        if (!followed.contains(id)) {
            if (border.out)
                return unfit(document.nameOf(id),
                             LB_TR("Error", "a group gives one value, and this is a second one"));
            border.out = PortRef{id, 0};
        }
    return border;
}

Result<> mayStandInside(const Document& document, const Body& body, NodeId id, Stage stage)
{
    const Node* node = document.node(id);
    if (!node || document.bodyOf(id) != &body)
        return Error{ErrorCode::NotFound, "", LB_TR("Error", "the node is not in the project")};
    for (const std::string_view ours : {flow::kSource, flow::kBatch, flow::kOutput, flow::kInput})
        if (flow::isClass(document, *node, ours))
            return unfit(document.nameOf(id),
                         LB_TR("Error", "stays outside of groups: they hold layers alone"));
    if (node->stage != stage)
        return unfit(document.nameOf(id),
                     LB_TR("Error", "stands on the other side of the batch than the others"));
    return std::monostate{};
}

/// An Input or Output of a body; its layer joins the document.
std::shared_ptr<Node> endNode(Document& document, std::string_view kerasClass,
                              const std::string& name, Stage stage, Point at)
{
    LayerDef layer;
    layer.id = {document.nextId++};
    layer.kerasClass = std::string(kerasClass);
    layer.name = uniqueName(document, name);
    auto node = std::make_shared<Node>();
    node->id = {document.nextId++};
    node->calls = layer.id;
    node->stage = stage;
    node->at = at;
    document.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
    return node;
}

/// Every wire from `from` comes from `to` instead.
void redirect(std::vector<std::shared_ptr<const Node>>& nodes, PortRef from, PortRef to)
{
    for (auto& node : nodes) {
        const auto matches = [&](const Input& input) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            return wire && *wire == from;
        };
        if (std::ranges::none_of(node->inputs, matches))
            continue;
        auto changed = std::make_shared<Node>(*node);
        for (Input& input : changed->inputs)
            if (matches(input))
                input.from = to;
        node = std::move(changed);
    }
}

/// What has no input yet gets one.
void feedLoose(std::vector<std::shared_ptr<const Node>>& nodes, PortRef from)
{
    for (auto& node : nodes)
        if (node->inputs.empty()) {
            auto changed = std::make_shared<Node>(*node);
            changed->inputs = {{"", from, ConfigObject{}}};
            node = std::move(changed);
        }
}

/// Wires from `from` go.
void cutFrom(std::vector<std::shared_ptr<const Node>>& nodes, NodeId from)
{
    for (auto& node : nodes) {
        const auto matches = [&](const Input& input) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            return wire && wire->node == from;
        };
        if (std::ranges::none_of(node->inputs, matches))
            continue;
        auto changed = std::make_shared<Node>(*node);
        std::erase_if(changed->inputs, matches);
        node = std::move(changed);
    }
}

void moveBy(std::vector<std::shared_ptr<const Node>>& nodes, Point by)
{
    for (auto& node : nodes) {
        auto changed = std::make_shared<Node>(*node);
        changed->at = {node->at.x + by.x, node->at.y + by.y};
        node = std::move(changed);
    }
}

void replaceBody(Document& document, Body body)
{
    for (auto& each : document.bodies)
        if (each->id == body.id) {
            each = std::make_shared<const Body>(std::move(body));
            return;
        }
}

/// Leaves nodes out of all frames, and empty frames out of the body.
void unframe(Body& body, const std::set<NodeId>& gone)
{
    for (Frame& frame : body.frames)
        std::erase_if(frame.nodes, [&](NodeId id) { return gone.contains(id); });
    std::erase_if(body.frames, [](const Frame& frame) { return frame.nodes.empty(); });
}

const BodyId* calledGroup(const Document& document, NodeId node)
{
    const Node* found = document.node(node);
    return found ? std::get_if<BodyId>(&found->calls) : nullptr;
}

/// The group that the node alone calls. Errors: BadParameter.
Result<const Body*> soleCallOf(const Document& document, NodeId node)
{
    const BodyId* called = calledGroup(document, node);
    const Body* group = called ? document.body(*called) : nullptr;
    if (!group)
        return unfit(document.nameOf(node), LB_TR("Error", "is no group"));
    std::ptrdiff_t count = 0;
    for (const auto& body : document.bodies)
        count += std::ranges::count_if(body->nodes, [&](const auto& other) {
            const auto* inner = std::get_if<BodyId>(&other->calls);
            return inner && *inner == group->id;
        });
    if (count > 1)
        return unfit(group->name,
                     LB_TR("Error", "is called by several nodes; remove the other calls first"));
    return group;
}

/// A group's layers, and its Inputs and Output with the layers that they call.
struct Contents {
    std::vector<std::shared_ptr<const Node>> layers;
    std::set<NodeId> ends;
    std::set<LayerId> endLayers;
};

Contents contentsOf(const Document& document, const Body& group)
{
    const Node* output = groups::outputOf(document, group);
    Contents contents;
    for (const auto& each : group.nodes) {
        if (!flow::isClass(document, *each, flow::kInput) && each.get() != output) {
            contents.layers.push_back(each);
            continue;
        }
        contents.ends.insert(each->id);
        contents.endLayers.insert(std::get<LayerId>(each->calls));
    }
    return contents;
}

/// The leftmost of them to the place, in the row of the first.
void moveTo(std::vector<std::shared_ptr<const Node>>& nodes, Point place)
{
    if (nodes.empty())
        return;
    double left = nodes.front()->at.x;
    for (const auto& each : nodes)
        left = std::min(left, each->at.x);
    moveBy(nodes, {place.x - left, place.y - nodes.front()->at.y});
}

} // namespace

Result<Added> makeGroup(const Document& document, std::span<const NodeId> nodes, std::string name)
{
    const std::set<NodeId> chosen(nodes.begin(), nodes.end());
    const Body* around = chosen.empty() ? nullptr : document.bodyOf(*chosen.begin());
    if (!around)
        return Error{ErrorCode::NotFound, "",
                     LB_TR("Error", "there is nothing to group; select layers first")};
    const Node& first = *document.node(*std::ranges::min_element(
        chosen, {}, [&](NodeId id) { return document.node(id) ? document.node(id)->at.x : 0; }));
    for (const NodeId id : chosen)
        if (Result<> fits = mayStandInside(document, *around, id, first.stage); !fits.ok())
            return std::move(fits.error());
    LB_TRY(border, borderOf(document, *around, chosen));

    Document edited = document;
    Body group, rest = *around;
    group.id = {edited.nextId++};
    group.name = uniqueName(document, name);
    double right = first.at.x;
    std::vector<std::shared_ptr<const Node>> outside;
    for (const auto& node : around->nodes)
        (chosen.contains(node->id) ? group.nodes : outside).push_back(node);
    for (const auto& node : group.nodes)
        right = std::max(right, node->at.x);
    const auto start = endNode(edited, flow::kInput, "group_input", first.stage,
                               {first.at.x - kGroupColumn, first.at.y});
    const auto end = endNode(edited, flow::kOutput, "group_output", first.stage,
                             {right + kGroupColumn, first.at.y});
    if (border.in)
        redirect(group.nodes, *border.in, {start->id, 0});
    else
        feedLoose(group.nodes, {start->id, 0});
    end->inputs = {{"", *border.out, ConfigObject{}}};
    group.nodes.push_back(start);
    group.nodes.push_back(end);

    auto call = std::make_shared<Node>();
    call->id = {edited.nextId++};
    call->calls = group.id;
    call->stage = first.stage;
    call->at = first.at;
    if (border.in)
        call->inputs = {{"", *border.in, ConfigObject{}}};
    redirect(outside, *border.out, {call->id, 0});
    const NodeId id = call->id;
    outside.push_back(std::move(call));
    rest.nodes = std::move(outside);
    unframe(rest, chosen);
    replaceBody(edited, std::move(rest));
    edited.bodies.push_back(std::make_shared<const Body>(std::move(group)));
    return Added{std::move(edited), id};
}

Result<Document> dissolveGroup(const Document& document, NodeId node, std::vector<NodeId>* freed)
{
    LB_TRY(group, soleCallOf(document, node));
    const Node& call = *document.node(node);
    const Node* output = groups::outputOf(document, *group);
    const PortRef* result = output ? flow::firstWire(*output) : nullptr;
    if (!result)
        return unfit(group->name, LB_TR("Error", "the group has no output"));

    Contents contents = contentsOf(document, *group);
    std::vector<std::shared_ptr<const Node>>& inside = contents.layers;
    moveTo(inside, call.at);
    const PortRef* given = flow::firstWire(call);
    for (const NodeId end : contents.ends) {
        if (given)
            redirect(inside, {end, 0}, *given);
        cutFrom(inside, end);
    }
    for (const auto& each : inside)
        if (freed)
            freed->push_back(each->id);

    Document edited = document;
    Body around = *document.bodyOf(node);
    std::erase_if(around.nodes, [&](const auto& each) { return each->id == node; });
    if (const PortRef from = contents.ends.contains(result->node) && given ? *given : *result;
        !contents.ends.contains(from.node))
        redirect(around.nodes, {node, 0}, from);
    cutFrom(around.nodes, node);
    around.nodes.insert(around.nodes.end(), inside.begin(), inside.end());
    std::ranges::sort(around.nodes, {}, [](const auto& each) { return each->id; });
    unframe(around, {node});
    replaceBody(edited, std::move(around));
    std::erase_if(edited.bodies, [id = group->id](const auto& body) { return body->id == id; });
    std::erase_if(edited.layers,
                  [&](const auto& layer) { return contents.endLayers.contains(layer->id); });
    return edited;
}

Result<Document> renameGroup(const Document& document, NodeId node, std::string name)
{
    const BodyId* called = calledGroup(document, node);
    const Body* group = called ? document.body(*called) : nullptr;
    if (!group)
        return unfit(document.nameOf(node), LB_TR("Error", "is no group"));
    if (name.empty() || name.find('/') != std::string::npos)
        return unfit(group->name, LB_TR("Error", "a name is not empty and has no slash"));
    if (name == group->name)
        return document;
    Document edited = document;
    Body changed = *group;
    changed.name = uniqueName(document, name);
    replaceBody(edited, std::move(changed));
    return edited;
}

Result<Document> setCall(const Document& document, NodeId node, std::string_view path, Config value)
{
    const Node* found = document.node(node);
    if (!found)
        return Error{ErrorCode::NotFound, "", LB_TR("Error", "the node is not in the project")};
    auto changed = std::make_shared<Node>(*found);
    LB_TRY(call, withParam(found->call, path, std::move(value)));
    changed->call = std::move(call);
    Document edited = document;
    Body body = *document.bodyOf(node);
    std::ranges::replace_if(
        body.nodes, [&](const auto& each) { return each->id == node; },
        std::shared_ptr<const Node>(std::move(changed)));
    replaceBody(edited, std::move(body));
    return edited;
}

} // namespace lb::edits
