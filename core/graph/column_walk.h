#pragma once

#include "core/graph/document.h"

#include <functional>
#include <span>

namespace lb {

/// Names what comes from the Source along some wires into `node`: its columns in the order in which
/// the wires reach them, through groups and out of them, so that two columns that change places give
/// another name. One column alone gives its own name, whatever the ways from it.
/// `nameOfColumn` names the column at a port of the Source. "": none leads there, or nobody calls the
/// group that `node` is in.
std::string columnsBehind(const Document& document, NodeId node, std::span<const PortRef> wires,
                          const std::function<std::string(int)>& nameOfColumn);

} // namespace lb
