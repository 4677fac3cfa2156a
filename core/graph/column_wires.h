#pragma once

#include "core/graph/document.h"

namespace lb {

/// A wire whose column is gone for now.
struct ColumnWire {
    std::string column;
    NodeId node;
    std::size_t place = 0; ///< among the node's inputs, without other lost ones
    std::string port;
    bool operator==(const ColumnWire&) const = default;
};

/// The document after its Source gives other columns: a wire follows its column by name, the label's
/// wires go to the new last output, and wires of columns that are gone are taken away.
/// `before`, `after`: names in the order of the outputs, without the label.
/// `lost`: wires that were taken away before. Those whose column is there again come back, where their
/// port is free; those that are taken away now are added, those of nodes that are gone are forgotten.
Document withColumnWires(const Document& document, NodeId source,
                         const std::vector<std::string>& before,
                         const std::vector<std::string>& after,
                         std::vector<ColumnWire>* lost = nullptr);

} // namespace lb
