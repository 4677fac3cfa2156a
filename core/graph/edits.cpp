#include "core/graph/edits.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/unique_name.h"
#include "core/interop/keras/keras_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace lb::edits {
namespace {

Error notFound(Text reason)
{
    return {ErrorCode::NotFound, "", reason};
}

/// Replaces a shared part by a changed copy.
template <typename T, typename Change>
void changeAt(std::vector<std::shared_ptr<const T>>& parts, std::size_t index, Change&& change)
{
    T copy = *parts[index];
    change(copy);
    parts[index] = std::make_shared<const T>(std::move(copy));
}

template <typename Change> bool changeBody(Document& document, BodyId id, Change&& change)
{
    for (std::size_t i = 0; i < document.bodies.size(); ++i)
        if (document.bodies[i]->id == id) {
            changeAt(document.bodies, i, change);
            return true;
        }
    return false;
}

template <typename Change>
Result<Document> withNode(const Document& document, NodeId id, Change&& change)
{
    const Body* body = document.bodyOf(id);
    if (!body)
        return notFound(LB_TR("Error", "the node is not in the project"));
    Document edited = document;
    changeBody(edited, body->id, [&](Body& copy) {
        for (std::size_t i = 0; i < copy.nodes.size(); ++i)
            if (copy.nodes[i]->id == id)
                changeAt(copy.nodes, i, change);
    });
    return edited;
}

template <typename Change>
Result<Document> withLayer(const Document& document, LayerId id, Change&& change)
{
    Document edited = document;
    for (std::size_t i = 0; i < edited.layers.size(); ++i)
        if (edited.layers[i]->id == id) {
            changeAt(edited.layers, i, change);
            return edited;
        }
    return notFound(LB_TR("Error", "the layer is not in the project"));
}

NodeId appendNode(Document& document, BodyId body, Node node)
{
    node.id = {document.nextId++};
    const NodeId id = node.id;
    changeBody(document, body, [&](Body& copy) {
        copy.nodes.push_back(std::make_shared<const Node>(std::move(node)));
    });
    return id;
}

/// Groups and layers that no node calls any more go with the last node that did.
void dropUnused(Document& document)
{
    for (bool again = true; again;) {
        std::set<BodyId> called{document.root().id};
        for (const auto& body : document.bodies)
            for (const auto& node : body->nodes)
                if (const auto* inner = std::get_if<BodyId>(&node->calls))
                    called.insert(*inner);
        again = std::erase_if(document.bodies, [&](const auto& body) {
            return !called.contains(body->id);
        }) > 0;
    }
    std::set<LayerId> used;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes)
            if (const auto* layer = std::get_if<LayerId>(&node->calls))
                used.insert(*layer);
    std::erase_if(document.layers, [&](const auto& layer) { return !used.contains(layer->id); });
}

bool isTakenFrom(const Body& body, NodeId node)
{
    return std::ranges::any_of(body.nodes, [&](const auto& other) {
        return std::ranges::any_of(other->inputs, [&](const Input& input) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            return wire && wire->node == node;
        });
    });
}

/// Whether `to` is among what leads to `from`.
bool reaches(const Document& document, NodeId from, NodeId to)
{
    if (from == to)
        return true;
    if (!isTakenFrom(*document.bodyOf(to), to))
        return false; // as every new node: the end of a chain needs no look at the whole chain
    std::vector<NodeId> open{from};
    std::set<NodeId> seen;
    while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        if (at == to)
            return true;
        const Node* node = document.node(at);
        if (!node || !seen.insert(at).second)
            continue;
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                open.push_back(wire->node);
    }
    return false;
}

void setInput(Node& node, std::string port, PortRef from)
{
    const auto input = std::ranges::find(node.inputs, port, &Input::port);
    if (input != node.inputs.end()) {
        input->from = from;
        return;
    }
    node.inputs.push_back({std::move(port), from});
    std::ranges::stable_sort(node.inputs, {}, [](const Input& one) { // "2" before "10"
        return std::pair(one.port.size(), one.port);
    });
}

} // namespace

Result<Added> addLayer(const Document& document, BodyId body, std::string_view kerasClass,
                       Config config, Stage stage, Point at)
{
    if (!document.body(body))
        return notFound(LB_TR("Error", "the group is not in the project"));
    Document edited = document;
    LayerDef layer;
    layer.id = {edited.nextId++};
    layer.kerasClass = std::string(kerasClass);
    layer.name = uniqueName(document, kerasSnakeCase(kerasClass));
    layer.config = std::move(config);
    Node node;
    node.calls = layer.id;
    node.stage = stage;
    node.at = at;
    edited.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
    const NodeId id = appendNode(edited, body, std::move(node));
    return Added{std::move(edited), id};
}

Result<Added> callAgain(const Document& document, NodeId node, Point at)
{
    const Node* original = document.node(node);
    if (!original)
        return notFound(LB_TR("Error", "the node is not in the project"));
    Document edited = document;
    Node again;
    again.calls = original->calls;
    again.stage = original->stage;
    again.call = original->call;
    again.at = at;
    const NodeId id = appendNode(edited, document.bodyOf(node)->id, std::move(again));
    return Added{std::move(edited), id};
}

Result<Document> removeNodes(const Document& document, std::span<const NodeId> nodes)
{
    const std::set<NodeId> gone(nodes.begin(), nodes.end());
    for (const NodeId id : gone)
        if (!document.node(id))
            return notFound(LB_TR("Error", "the node is not in the project"));
    Document edited = document;
    const auto isGone = [&](const Input& input) {
        const auto* wire = std::get_if<PortRef>(&input.from);
        return wire && gone.contains(wire->node);
    };
    for (std::size_t b = 0; b < edited.bodies.size(); ++b)
        changeAt(edited.bodies, b, [&](Body& body) {
            std::erase_if(body.nodes, [&](const auto& node) { return gone.contains(node->id); });
            for (std::size_t i = 0; i < body.nodes.size(); ++i)
                if (std::ranges::any_of(body.nodes[i]->inputs, isGone))
                    changeAt(body.nodes, i,
                             [&](Node& node) { std::erase_if(node.inputs, isGone); });
            for (Frame& frame : body.frames)
                std::erase_if(frame.nodes, [&](NodeId id) { return gone.contains(id); });
            std::erase_if(body.frames, [](const Frame& frame) { return frame.nodes.empty(); });
        });
    dropUnused(edited);
    return edited;
}

Result<Document> removeAndReconnect(const Document& document, std::span<const NodeId> nodes)
{
    const std::set<NodeId> gone(nodes.begin(), nodes.end());
    const auto origin = [&](PortRef from) -> std::optional<PortRef> {
        for (std::size_t steps = 0; gone.contains(from.node); ++steps) {
            const Node* node = document.node(from.node);
            const auto* wire = node && !node->inputs.empty() && steps <= gone.size()
                ? std::get_if<PortRef>(&node->inputs.front().from)
                : nullptr;
            if (!wire)
                return {};
            from = *wire;
        }
        return from;
    };
    Document edited = document;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes)
            for (const Input& input : node->inputs) {
                const auto* wire = std::get_if<PortRef>(&input.from);
                if (!wire || gone.contains(node->id) || !gone.contains(wire->node))
                    continue;
                if (const auto from = origin(*wire)) {
                    LB_TRY(rewired, withNode(edited, node->id, [&](Node& copy) {
                               setInput(copy, input.port, *from);
                           }));
                    edited = std::move(rewired);
                }
            }
    return removeNodes(edited, nodes);
}

Result<Document> duplicateNodes(const Document& document, std::span<const NodeId> nodes,
                                Point offset, std::vector<NodeId>* created)
{
    Document edited = document;
    std::map<NodeId, NodeId> copies;
    for (const NodeId id : nodes) {
        const Node* original = document.node(id);
        if (!original)
            return notFound(LB_TR("Error", "the node is not in the project"));
        Node copy = *original;
        if (const LayerDef* layer = document.layerOf(id)) {
            LayerDef other = *layer;
            other.id = {edited.nextId++};
            other.name = uniqueName(edited, layer->name);
            copy.calls = other.id;
            edited.layers.push_back(std::make_shared<const LayerDef>(std::move(other)));
        }
        copy.at = {original->at.x + offset.x, original->at.y + offset.y};
        copies[id] = appendNode(edited, document.bodyOf(id)->id, std::move(copy));
    }
    for (const auto& [id, copy] : copies) { // wires within the selection follow, others go
        LB_TRY(rewired, withNode(edited, copy, [&](Node& node) {
                   std::erase_if(node.inputs, [&](Input& input) {
                       auto* wire = std::get_if<PortRef>(&input.from);
                       const auto inside = wire ? copies.find(wire->node) : copies.end();
                       if (inside != copies.end())
                           wire->node = inside->second;
                       return wire && inside == copies.end();
                   });
               }));
        edited = std::move(rewired);
        if (created)
            created->push_back(copy);
    }
    return edited;
}

Result<Document> moveNodes(const Document& document, std::span<const NodeId> nodes, Point by)
{
    Document edited = document;
    for (const NodeId id : nodes) {
        LB_TRY(moved, withNode(edited, id, [&](Node& node) {
                   node.at = {node.at.x + by.x, node.at.y + by.y};
               }));
        edited = std::move(moved);
    }
    return edited;
}

Result<Document> makeRoom(const Document& document, NodeId id)
{
    constexpr double kColumn = 240; // a node and the gap behind it
    constexpr double kRow = 120; // nodes that are nearer stand in one row
    const Node* node = document.node(id);
    if (!node)
        return notFound(LB_TR("Error", "the node is not in the project"));
    double place = node->at.x;
    double next = std::numeric_limits<double>::infinity();
    std::vector<NodeId> behind;
    for (const auto& other : document.bodyOf(id)->nodes) {
        if (other->id == id || std::abs(other->at.y - node->at.y) >= kRow)
            continue;
        if (other->at.x < node->at.x) {
            place = std::max(place, other->at.x + kColumn);
            continue;
        }
        behind.push_back(other->id);
        next = std::min(next, other->at.x);
    }
    LB_TRY(placed, moveNodes(document, std::array{id}, {place - node->at.x, 0}));
    return place + kColumn > next ? moveNodes(placed, behind, {place + kColumn - next, 0})
                                  : Result<Document>(std::move(placed));
}

Result<Document> setStage(const Document& document, NodeId node, Stage stage)
{
    LB_TRY(edited, withNode(document, node, [&](Node& copy) { copy.stage = stage; }));
    const auto* called = std::get_if<BodyId>(&edited.node(node)->calls);
    if (!called)
        return edited;
    for (const Node* each : groups::within(document, *called)) { // runs where its group does
        LB_TRY(with, withNode(edited, each->id, [&](Node& copy) { copy.stage = stage; }));
        edited = std::move(with);
    }
    return edited;
}

Result<Document> connect(const Document& document, PortRef from, NodeId to, std::string port)
{
    if (!document.node(from.node) || !document.node(to))
        return notFound(LB_TR("Error", "the node is not in the project"));
    if (document.bodyOf(from.node) != document.bodyOf(to))
        return Error{ErrorCode::BadParameter, document.nameOf(to),
                     LB_TR("Error", "a wire cannot lead into another group")};
    if (reaches(document, from.node, to))
        return Error{ErrorCode::BadParameter, document.nameOf(to),
                     LB_TR("Error", "this wire would close a circle")};
    return withNode(document, to, [&](Node& node) { setInput(node, std::move(port), from); });
}

Result<Document> disconnect(const Document& document, NodeId to, std::string_view port)
{
    return withNode(document, to, [&](Node& node) {
        std::erase_if(node.inputs, [&](const Input& input) { return input.port == port; });
    });
}

Result<Document> insertIntoWire(const Document& document, NodeId node, NodeId to,
                                std::string_view port)
{
    const Node* target = document.node(to);
    const auto input = target ? std::ranges::find(target->inputs, port, &Input::port)
                              : std::vector<Input>::const_iterator{};
    const auto* wire
        = target && input != target->inputs.end() ? std::get_if<PortRef>(&input->from) : nullptr;
    if (!wire)
        return notFound(LB_TR("Error", "there is no such wire"));
    LB_TRY(freed, disconnect(document, to, port));
    LB_TRY(fed, connect(freed, *wire, node, ""));
    return connect(fed, {node, 0}, to, std::string(port));
}

Result<Document> setParam(const Document& document, LayerId layer, std::string_view path,
                          Config value)
{
    const LayerDef* definition = document.layer(layer);
    if (!definition)
        return notFound(LB_TR("Error", "the layer is not in the project"));
    LB_TRY(config, withParam(definition->config, path, std::move(value)));
    return withLayer(document, layer, [&](LayerDef& copy) { copy.config = std::move(config); });
}

Result<Document> rename(const Document& document, LayerId layer, std::string name)
{
    const LayerDef* definition = document.layer(layer);
    if (!definition)
        return notFound(LB_TR("Error", "the layer is not in the project"));
    if (name.empty() || name.find('/') != std::string::npos)
        return Error{ErrorCode::BadParameter, definition->name,
                     LB_TR("Error", "a name is not empty and has no slash")};
    if (definition->name == name)
        return document;
    name = uniqueName(document, name);
    return withLayer(document, layer, [&](LayerDef& copy) { copy.name = std::move(name); });
}

Result<Document> setAdapted(const Document& document, LayerId layer, StateHandle state)
{
    return withLayer(document, layer, [&](LayerDef& copy) { copy.adapted = std::move(state); });
}

Result<Document> setMuted(const Document& document, NodeId node, bool muted)
{
    return withNode(document, node, [&](Node& copy) { copy.muted = muted; });
}

Result<Document> setCollapsed(const Document& document, NodeId node, bool collapsed)
{
    return withNode(document, node, [&](Node& copy) { copy.collapsed = collapsed; });
}

Result<Document> addFrame(const Document& document, BodyId body, std::string title,
                          std::span<const NodeId> nodes)
{
    Document edited = document;
    const FrameId id{edited.nextId++};
    const bool found = changeBody(edited, body, [&](Body& copy) {
        copy.frames.push_back({id, std::move(title), {nodes.begin(), nodes.end()}});
    });
    if (!found)
        return notFound(LB_TR("Error", "the group is not in the project"));
    return edited;
}

Result<Document> removeFrame(const Document& document, FrameId frame)
{
    Document edited = document;
    bool found = false;
    for (std::size_t b = 0; b < edited.bodies.size(); ++b)
        if (std::ranges::count(edited.bodies[b]->frames, frame, &Frame::id) > 0)
            changeAt(edited.bodies, b, [&](Body& body) {
                found
                    = std::erase_if(body.frames, [&](const Frame& f) { return f.id == frame; }) > 0;
            });
    if (!found)
        return notFound(LB_TR("Error", "the frame is not in the project"));
    return edited;
}

Document setRecipe(const Document& document, Recipe recipe)
{
    Document edited = document;
    edited.recipe = std::move(recipe);
    return edited;
}

} // namespace lb::edits
