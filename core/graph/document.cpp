#include "core/graph/document.h"

#include "core/graph/flow.h"

#include <algorithm>

namespace lb {
namespace {

/// Values behind shared pointers: equal pointers spare the comparison.
template <typename T>
bool sameItems(const std::vector<std::shared_ptr<const T>>& a,
               const std::vector<std::shared_ptr<const T>>& b)
{
    return std::ranges::equal(a, b,
                              [](const auto& x, const auto& y) { return x == y || *x == *y; });
}

template <typename T, typename I>
const T* byId(const std::vector<std::shared_ptr<const T>>& items, I id)
{
    const auto found = std::ranges::lower_bound(items, id, {}, [](const auto& x) { return x->id; });
    return found != items.end() && (*found)->id == id ? found->get() : nullptr;
}

} // namespace

bool LayerDef::operator==(const LayerDef& other) const
{
    const bool sameState
        = adapted == other.adapted || (adapted && other.adapted && *adapted == *other.adapted);
    return sameState && id == other.id && kerasClass == other.kerasClass && name == other.name
        && config == other.config && foreign == other.foreign;
}

bool Body::operator==(const Body& other) const
{
    return id == other.id && name == other.name && sameItems(nodes, other.nodes)
        && frames == other.frames && foreign == other.foreign;
}

bool Document::operator==(const Document& other) const
{
    return sameItems(layers, other.layers) && sameItems(bodies, other.bodies)
        && recipe == other.recipe && nextId == other.nextId && foreign == other.foreign;
}

const LayerDef* Document::layer(LayerId id) const
{
    return byId(layers, id);
}

const Body* Document::body(BodyId id) const
{
    const auto found = std::ranges::find(bodies, id, [](const auto& x) { return x->id; });
    return found == bodies.end() ? nullptr : found->get();
}

const Node* Document::node(NodeId id) const
{
    for (const auto& body : bodies)
        if (const Node* found = byId(body->nodes, id))
            return found;
    return nullptr;
}

const Body* Document::bodyOf(NodeId id) const
{
    for (const auto& body : bodies)
        if (byId(body->nodes, id))
            return body.get();
    return nullptr;
}

const LayerDef* Document::layerOf(NodeId id) const
{
    const Node* found = node(id);
    const auto* called = found ? std::get_if<LayerId>(&found->calls) : nullptr;
    return called ? layer(*called) : nullptr;
}

std::string Document::nameOf(NodeId id) const
{
    if (const LayerDef* called = layerOf(id))
        return called->name;
    const Node* found = node(id);
    const auto* composite = found ? std::get_if<BodyId>(&found->calls) : nullptr;
    const Body* called = composite ? body(*composite) : nullptr;
    return called ? called->name : std::string();
}

const Node* Document::named(std::string_view name) const
{
    for (const auto& body : bodies)
        for (const auto& node : body->nodes)
            if (nameOf(node->id) == name)
                return node.get();
    return nullptr;
}

const Node* Document::source() const
{
    for (const auto& node : root().nodes)
        if (const LayerDef* called = layerOf(node->id);
            called && called->kerasClass == flow::kSource)
            return node.get();
    return nullptr;
}

const Node* Document::output() const
{
    for (const auto& node : root().nodes)
        if (const LayerDef* called = layerOf(node->id);
            called && called->kerasClass == flow::kOutput)
            return node.get();
    return nullptr;
}

Document emptyDocument()
{
    Document document;
    Body root;
    root.id = {document.nextId++};
    root.name = "main";
    document.bodies.push_back(std::make_shared<const Body>(std::move(root)));
    return document;
}

} // namespace lb
