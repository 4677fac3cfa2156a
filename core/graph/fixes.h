#pragma once

#include "core/graph/analysis.h"

#include <set>

/// Ways out of problems: edits that are made when somebody takes them.
namespace lb::fixes {

/// A new layer in the wire that ends at `to`/`port`; what stands in its way moves to the right.
Fix insertBefore(Message title, NodeId to, std::string port, std::string kerasClass, Config config,
                 Stage stage);
Fix remove(Message title, NodeId node); ///< its neighbours are joined
Fix setParam(Message title, LayerId layer, std::string key, Config value);
/// Before the batch or behind it, with what stands between (core/graph/batch_moves.h).
Fix acrossBatch(Message title, NodeId node, Stage to, std::set<NodeId> trained = {});
Fix connect(Message title, PortRef from, NodeId to, std::string port);

} // namespace lb::fixes
