#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// Stands for an input of the model among calls and among layers: counted down from kPartInput.
constexpr std::size_t inputCall(std::size_t index) { return kPartInput - index; }
constexpr bool isInputCall(std::size_t call) { return call > kPartInput - (std::size_t{1} << 32); }
constexpr std::size_t inputOf(std::size_t call) { return kPartInput - call; }

/// Which calls made the inputs of which, and which layers they call; both are the caller's numbers.
struct CallGraph {
    std::vector<std::vector<std::size_t>> from; ///< a list a call; inputCall(): the model's inputs
    std::vector<std::size_t> layer; ///< of each call
    std::size_t last = kPartInput; ///< the call that made the output
};

/// The layers that lead to the last call in the order of Keras' `model.layers`, inputCall() for the
/// inputs: depth to the output descending, ties by the order of a walk from the output. A layer that
/// is called several times stands where its deepest call does. Source: Keras 3 `map_graph`.
std::vector<std::size_t> kerasOrder(const CallGraph& graph);

/// An output of a layer in a Keras model, as `keras_history` names it.
struct KerasTensor {
    std::size_t layer = 0; ///< position in KerasOrder::layers
    std::size_t node = 0; ///< which call of the layer
    std::size_t port = 0;
};

struct KerasCall {
    std::size_t call = 0; ///< index into FlatModel::calls; none for a cast
    std::vector<KerasTensor> from;
};

struct KerasLayer {
    enum class Kind : std::uint8_t {
        Input,
        Layer,
        Cast, ///< Keras does not turn integers into floats by itself: a Rescaling by 1 does
    };
    Kind kind = Kind::Layer;
    LayerId layer; ///< 0 unless it is a Layer
    std::size_t input = 0; ///< of an Input: index into FlattenRequest::inputs
    std::vector<KerasCall> calls; ///< in an order that can be run; none for the input
};

/// A flattened part as Keras lists it; the numbering of `model.weights.h5` depends on the order.
/// Calls that are ours only (Source, Batch, Output, Input) are left out.
struct KerasOrder {
    std::vector<KerasLayer> layers;
    KerasTensor output;

    bool isChain() const; ///< what Keras' Sequential can hold
};
enum class KerasCasts : std::uint8_t { None, WhereNeeded };
KerasOrder kerasOrder(const FlatModel& model, KerasCasts casts);

} // namespace lb
