#pragma once

#include "core/graph/document.h"
#include "core/layers/columns_layer.h"
#include "core/layers/registry.h"

namespace lb {

/// The type of a layer that is called on columns by their names; null for every other layer. Its
/// ports have the columns' names, so that a new column moves no wire.
const ColumnsLayerType* columnsLayer(const LayerRegistry& registry, const LayerDef* layer);

/// What a layer is called on, a wire a port.
struct PortWire {
    std::string port;
    const PortRef* wire = nullptr; ///< null: nothing is connected to this column
};
/// In the order in which the layer takes its inputs: as they stand, or as a layer orders its columns.
/// Without labels and constants. A columns layer whose parameters are wrong has what is connected.
std::vector<PortWire> portWires(const Node& node, const LayerDef* layer,
                                const LayerRegistry& registry);

/// Where a wire comes from, whatever Batch nodes it passes; null for null, or where one of those
/// has no wire.
const PortRef* beforeBatches(const Document& document, const PortRef* wire);

/// Names what a node's layer learned from: the inputKey() of its wire, or of all of them together.
std::string learnedFrom(const Document& document, const Node& node);

} // namespace lb
