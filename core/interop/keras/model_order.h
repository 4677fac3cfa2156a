#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// Which calls made the inputs of which; a call is a number of the caller's.
struct CallGraph {
    std::vector<std::vector<std::size_t>> from; ///< a list a call; kInputCall: the model's input
    std::size_t last = 0; ///< the call that made the output
};
inline constexpr std::size_t kInputCall = static_cast<std::size_t>(-1);

/// The calls that lead to the last one in the order of Keras' `model.layers`: depth to the output
/// descending, ties by the order of a walk from the output. Source: Keras 3 `map_graph`.
std::vector<std::size_t> kerasOrder(const CallGraph& graph);

/// One layer of a Functional model as a file lists it; the first entries may be inputs.
struct KerasLayerCall {
    std::size_t call = kInputCall; ///< index into FlatModel::calls, or the model's input
    std::string name; ///< Keras name, unique: "conv2d_1"
    std::vector<std::size_t> from; ///< positions in the list of the layers it is called on
    int nodeIndex = 0; ///< which call of a shared layer
};

/// The calls of a flattened inference part in Keras' order; the numbering of `model.weights.h5`
/// depends on it. Calls that pass their input through (Source, Batch, Output) are left out.
std::vector<KerasLayerCall> kerasLayerOrder(const FlatModel& model);

} // namespace lb
