#include "core/graph/analysis.h"
#include "core/graph/flow.h"
#include "core/layers/random_layer.h"
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
        text.add(name);
        text.add(nameOf(tensor.dtype()));
        text.add(lb::text(tensor.shape()));
        text.add(contentHash(tensor));
    }
    return text.hash();
}

/// Keys of nodes in one call of a body, without recursion along it.
class Keys {
public:
    Keys(const Document& document, Phase phase)
        : m_document(document)
        , m_phase(phase)
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
        for (const Input& input : node.inputs) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            if (!wire || input.port == flow::kLabelPort)
                continue;
            const auto key = known.find(wire->node);
            from.push_back((key == known.end() ? "" : key->second)
                           + (wire->port ? "#" + std::to_string(wire->port) : ""));
        }
        const LayerDef* layer = m_document.layerOf(node.id);
        if (node.muted && !from.empty())
            return from.front();
        if (layer && layer->kerasClass == flow::kInput)
            return bodyInput(body, node, inputs);
        if (layer && !from.empty()
            && (layer->kerasClass == flow::kBatch || layer->kerasClass == flow::kOutput))
            return from.front();
        if (const auto* composite = std::get_if<BodyId>(&node.calls))
            return compositeKey(m_document.body(*composite), from, path, depth);
        return layer ? layerKey(node, *layer, from, path) : std::string();
    }

    std::string bodyInput(const Body& body, const Node& node,
                          const std::vector<std::string>& inputs) const
    {
        std::size_t index = 0;
        for (const auto& other : body.nodes) {
            if (other->id == node.id)
                break;
            const LayerDef* layer = m_document.layerOf(other->id);
            index += layer && layer->kerasClass == flow::kInput;
        }
        return index < inputs.size() ? inputs[index] : std::string();
    }

    std::string compositeKey(const Body* inner, const std::vector<std::string>& from,
                             StreamKey path, int depth) const
    {
        if (!inner || depth >= kDeepest)
            return {};
        for (const auto& node : inner->nodes)
            if (const LayerDef* layer = m_document.layerOf(node->id);
                layer && layer->kerasClass == flow::kOutput)
                return Keys(m_document, m_phase).of(*inner, node->id, from, path, depth + 1);
        return {};
    }

    std::string layerKey(const Node& node, const LayerDef& layer,
                         const std::vector<std::string>& from, StreamKey path) const
    {
        KeyText text;
        text.add(layer.kerasClass);
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
};

} // namespace

std::string contentKey(const Document& document, NodeId node, Phase phase)
{
    const Body* body = document.bodyOf(node);
    if (!body)
        return {};
    return Keys(document, phase)
        .of(*body, node, {}, StreamKey{static_cast<std::uint64_t>(document.recipe.seed)}, 0);
}

std::string inputKey(const Document& document, const PortRef& from)
{
    const std::string key = contentKey(document, from.node, Phase::Inference);
    return from.port == 0 ? key : key + "#" + std::to_string(from.port);
}

} // namespace lb
