#pragma once

#include "core/graph/flatten.h"

namespace lb::test {

/// One layer's graph as a model: call 0, layer 1.
inline FlatModel modelOf(OpGraph graph, const LayerType* type = nullptr, const Config& config = {})
{
    FlatModel model;
    model.calls.push_back(
        {NodeId{1}, LayerId{1}, "layer", StreamKey{5}, type, config, graph.inputs, graph.outputs});
    for (std::size_t i = 0; i < graph.weights.size(); ++i)
        model.weights.push_back(
            {LayerId{1}, i, graph.weights[i], graph.nodes[graph.weights[i].value].spec.shape});
    model.graph = std::move(graph);
    return model;
}

} // namespace lb::test
