#include "core/graph/analysis.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/layers/index_lookup.h"
#include "core/layers/random_group.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/support/json.h"
#include "core/support/sha256.h"
#include "core/tensor/tensor_hash.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

/// Texts with their lengths in front, so that no two lists look alike.
class KeyText {
public:
    void add(std::string_view part)
    {
        m_text += std::to_string(part.size()) + ":";
        m_text += part;
    }
    std::string hash() const { return sha256Hex(m_text); }

private:
    std::string m_text;
};

std::string stateHash(const AdaptedState& state)
{
    KeyText text;
    for (const auto& [name, tensor] : state.tensors) {
        if (name == lookup_state::kPinned) // says what to keep, and changes nothing that is computed
            continue;
        text.add(name);
        text.add(nameOf(tensor.dtype()));
        text.add(lb::text(tensor.shape()));
        text.add(contentHash(tensor));
    }
    return text.hash();
}

/// Whose keys: of what previews show, or of what layers learn from. That is computed without layers
/// that only train; and the data have a name of their own, so the Source's settings count for nothing.
enum class KeyOf : std::uint8_t { Content, Learning };

/// Which output a wire takes. Of the data, a column has a name of its own (Facts::columnHashes), and
/// another label moves the ports.
std::string portOf(const Document& document, const PortRef& wire, KeyOf what)
{
    const Node* from = wire.port ? document.node(wire.node) : nullptr;
    if (!from || (what == KeyOf::Learning && flow::isClass(document, *from, flow::kSource)))
        return {};
    return "#" + std::to_string(wire.port);
}

/// Keys of nodes in one call of a body, without recursion along it.
class Keys {
public:
    Keys(const Document& document, Phase phase, KeyOf what = KeyOf::Content)
        : m_document(document)
        , m_phase(phase)
        , m_learning(what == KeyOf::Learning)
    {
    }

    std::string of(const Body& body, NodeId target, const std::vector<std::string>& inputs,
                   StreamKey path, int depth)
    {
        std::map<NodeId, std::string> known;
        std::set<NodeId> entered;
        std::vector<NodeId> open{target};
        while (!open.empty()) {
            const NodeId id = open.back();
            const Node* node = m_document.node(id);
            if (!node || known.contains(id)) {
                open.pop_back();
                continue;
            }
            if (entered.insert(id).second) {
                for (const Input& input : node->inputs)
                    if (const auto* wire = std::get_if<PortRef>(&input.from);
                        wire && !entered.contains(wire->node))
                        open.push_back(wire->node);
                continue; // again when the inputs are there
            }
            known[id] = keyOf(body, *node, inputs, known,
                              path.child(static_cast<std::uint64_t>(id.value)), depth);
            open.pop_back();
        }
        return known[target];
    }

private:
    static constexpr int kDeepest = 64;

    std::string keyOf(const Body& body, const Node& node, const std::vector<std::string>& inputs,
                      const std::map<NodeId, std::string>& known, StreamKey path, int depth) const
    {
        std::vector<std::string> from;
        for (const PortRef& wire : flow::dataWires(node)) {
            const auto key = known.find(wire.node);
            from.push_back((key == known.end() ? "" : key->second)
                           + portOf(m_document, wire, m_learning ? KeyOf::Learning : KeyOf::Content));
        }
        const LayerDef* layer = m_document.layerOf(node.id);
        if (node.muted && !from.empty())
            return from.front();
        if (layer && layer->kerasClass == flow::kInput)
            return bodyInput(body, node, inputs);
        if (layer && m_learning && !from.empty() && trainsOnly(*layer))
            return from.front();
        if (layer && !from.empty()
            && (layer->kerasClass == flow::kBatch || layer->kerasClass == flow::kOutput))
            return from.front();
        if (const auto* composite = std::get_if<BodyId>(&node.calls))
            return groupKey(node, m_document.body(*composite), from, path, depth);
        return layer ? layerKey(node, *layer, from, path) : std::string();
    }

    static bool trainsOnly(const LayerDef& layer)
    {
        const auto type = builtinLayers().find(layer.kerasClass);
        return type.ok() && type.value()->about().trainOnly;
    }

    std::string bodyInput(const Body& body, const Node& node,
                          const std::vector<std::string>& inputs) const
    {
        const std::size_t index = groups::inputIndex(m_document, body, node.id);
        return index < inputs.size() ? inputs[index] : std::string();
    }

    /// A group that is used by chance passes its input on at inference.
    std::string groupKey(const Node& node, const Body* inner, const std::vector<std::string>& from,
                         StreamKey path, int depth) const
    {
        const bool chance = groups::isByChance(node);
        if (chance && m_phase == Phase::Inference && !from.empty())
            return from.front();
        const Node* last = inner && depth < kDeepest ? groups::outputOf(m_document, *inner) : nullptr;
        if (!last)
            return {};
        std::string key = Keys(m_document, m_phase, m_learning ? KeyOf::Learning : KeyOf::Content)
                              .of(*inner, last->id, from, path, depth + 1);
        if (!chance)
            return key;
        KeyText text;
        text.add(randomGroup().kerasClass());
        text.add(writeJson(node.call, JsonStyle::Compact));
        text.add(from.empty() ? "" : from.front());
        text.add(key);
        text.add(std::to_string(path.value));
        return text.hash();
    }

    std::string layerKey(const Node& node, const LayerDef& layer,
                         const std::vector<std::string>& from, StreamKey path) const
    {
        KeyText text;
        text.add(layer.kerasClass);
        if (m_learning && layer.kerasClass == flow::kSource)
            return text.hash();
        text.add(writeJson(layer.config, JsonStyle::Compact));
        text.add(writeJson(node.call, JsonStyle::Compact));
        text.add(layer.adapted ? stateHash(*layer.adapted) : "");
        for (const std::string& key : from)
            text.add(key);
        if (m_phase == Phase::Training && layer.kerasClass != flow::kSource)
            text.add(std::to_string(path.value)); // draws are addressed by the path of calls
        return text.hash();
    }

    const Document& m_document;
    Phase m_phase;
    bool m_learning;
};

} // namespace

namespace {

/// The keys along the calls that lead to `node`, then its own.
std::string keyAlongCalls(const Document& document, NodeId node, Phase phase, KeyOf what)
{
    const auto calls = groups::callers(document, node);
    if (!document.bodyOf(node) || !calls)
        return {};
    StreamKey path{static_cast<std::uint64_t>(document.recipe.seed)};
    const Body* body = &document.root();
    std::vector<std::string> inputs; // of the group around it
    std::string way;
    for (const Node* call : *calls) {
        std::vector<std::string> next;
        for (const Input& input : call->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                next.push_back(Keys(document, phase, what).of(*body, wire->node, inputs, path, 0)
                               + portOf(document, *wire, what));
        way += groups::isByChance(*call) ? writeJson(call->call, JsonStyle::Compact) : "";
        inputs = std::move(next);
        body = document.body(std::get<BodyId>(call->calls));
        path = path.child(static_cast<std::uint64_t>(call->id.value));
    }
    return Keys(document, phase, what).of(*body, node, inputs, path, 0) + way;
}

} // namespace

std::string contentKey(const Document& document, NodeId node, Phase phase)
{
    return keyAlongCalls(document, node, phase, KeyOf::Content);
}

std::string inputKey(const Document& document, const PortRef& from)
{
    const std::string key
        = keyAlongCalls(document, from.node, Phase::Inference, KeyOf::Learning);
    return key + portOf(document, from, KeyOf::Learning);
}

} // namespace lb
