#pragma once

#include "core/graph/document.h"

namespace lb {

/// The document after its Source gives other columns: a wire follows its column by name, the label's
/// wires go to the new last output, and wires of columns that are gone are taken away.
/// `before`, `after`: names in the order of the outputs, without the label.
Document withColumnWires(const Document& document, NodeId source,
                         const std::vector<std::string>& before,
                         const std::vector<std::string>& after);

} // namespace lb
