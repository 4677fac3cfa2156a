#pragma once

#include "core/graph/analysis.h"

#include <set>
#include <span>

/// Layers that change the side of the batch, so that the project computes the same as before.
namespace lb::edits {

struct MovedAcross {
    Document document;
    std::vector<NodeId> moved; ///< those asked for and those that had to go along, as they follow each other
};

/// Moves layers of the root body behind the batch (`to` Model) or before it (Pipeline). Layers that
/// stand between them and the batch go along, so that the order of the computation stays. Wires
/// follow: a Batch that fed or followed them stands at their other end then; one that nobody needs any
/// more goes, one that is missing comes. What is on that side already is only wired so.
/// `trained`: layers with weights, which cannot stand before the batch.
/// Errors: NotFound; BadParameter, with the layer's name, for what has no side (Source, Batch, Output, layers
/// inside of groups) and for layers of `trained` that would go before the batch.
Result<MovedAcross> moveAcrossBatch(const Document& document, std::span<const NodeId> nodes,
                                    Stage to, const std::set<NodeId>& trained);
std::set<NodeId> trainedNodes(const Analysis& analysis); ///< with weights that train
/// Whether the node has a side that it can leave: a layer or a group in the root body.
bool hasSide(const Document& document, NodeId node);

} // namespace lb::edits
