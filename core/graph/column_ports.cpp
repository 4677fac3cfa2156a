#include "core/graph/column_ports.h"

#include "core/graph/analysis.h"
#include "core/graph/flow.h"
#include "core/support/sha256.h"

#include <set>

namespace lb {

const ColumnsLayerType* columnsLayer(const LayerRegistry& registry, const LayerDef* layer)
{
    const auto type = registry.find(layer ? layer->kerasClass : "");
    return type.ok() ? dynamic_cast<const ColumnsLayerType*>(type.value()) : nullptr;
}

std::vector<PortWire> portWires(const Node& node, const LayerDef* layer,
                                const LayerRegistry& registry)
{
    std::vector<PortWire> wires;
    if (const ColumnsLayerType* type = columnsLayer(registry, layer))
        if (const auto names = type->columns(layer->config); names.ok()) {
            for (const std::string& name : names.value())
                wires.push_back({name, flow::wireTo(node, name)});
            return wires;
        }
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from);
            wire && input.port != flow::kLabelPort)
            wires.push_back({input.port, wire});
    return wires;
}

const PortRef* beforeBatches(const Document& document, const PortRef* wire)
{
    std::set<NodeId> seen; // a file may hold a circle
    while (wire) {
        const Node* node = document.node(wire->node);
        if (!node || !seen.insert(node->id).second)
            return nullptr;
        if (!flow::isClass(document, *node, flow::kBatch))
            return wire;
        wire = flow::firstWire(*node);
    }
    return nullptr;
}

std::string learnedFrom(const Document& document, const Node& node)
{
    std::string first, all;
    std::size_t count = 0;
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from);
            wire && input.port != flow::kLabelPort) {
            const std::string key = inputKey(document, *wire);
            first = count++ == 0 ? key : first;
            all += std::to_string(input.port.size()) + ":" + input.port + key;
        }
    return count > 1 ? sha256Hex(all) : first;
}

} // namespace lb
