#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// Where a graph ends: what a call adds stands behind it.
struct GraphEnd {
    std::size_t nodes = 0, weights = 0, assigns = 0, losses = 0;

    static GraphEnd of(const OpGraph& graph);
};

/// Joins the weights that a call of `layer` added behind `before` with those of the calls before it:
/// a first call's are numbered and named below `name`, a further call's become the first call's.
void joinWeights(OpGraph& graph, std::vector<FlatWeight>& weights, LayerId layer,
                 const std::string& name, const GraphEnd& before);

} // namespace lb
