#pragma once

#include "core/conform/table_call.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/support/limits.h"

namespace lb {

/// A layer that is called like a function: `layer` is what Keras serialises.
struct LayerCall {
    Config layer; ///< {"class_name": ..., "config": {...}}
    std::vector<Tensor> inputs;
    TableColumns table; ///< the inputs of a layer that is called on columns, in place of `inputs`
    std::vector<Role> roles; ///< of the inputs, where they are a dictionary of images; or empty
    std::vector<std::optional<Tensor>> masks; ///< one for each input, or empty
    bool training = false;
    std::optional<Config> transformation; ///< what Keras drew, by its key names; nothing is drawn
    std::optional<Tensor> adapt; ///< data to learn from before the call
    TableColumns adaptTable; ///< the same as columns
    StateHandle state; ///< what was learned before
    std::optional<std::vector<Tensor>> weights; ///< in Keras' order; without: initial ones
    std::vector<Tensor> outputGradients; ///< one for each output; empty: no gradients asked for
    std::uint64_t seed = 0; ///< of draws and initial weights
};

struct LayerAnswer {
    std::vector<Tensor> outputs;
    std::vector<std::optional<Tensor>> masks; ///< that the outputs carry on
    std::vector<std::optional<Tensor>> inputGradients; ///< null for integers
    std::vector<std::optional<Tensor>> weightGradients; ///< null for what is not trainable
    std::vector<std::optional<Tensor>> updatedWeights; ///< null where the call changed nothing
    std::vector<double> losses;
    Transformation drawn;
    StateHandle state;
    /// The outputs are values and how many of them each row has, see raggedAnswer().
    bool ragged = false;
    std::optional<Tensor> vocabulary; ///< of a layer that looks tokens up, special ones in front
};

/// Interprets the layer's ops in float32, or in double where integers come in that float32 does
/// not hold and where float64 is among the values; 16 bits are rounded to op by op. Errors: UnknownLayer, those of the layer, BadShape (weights, draws), TooLarge before
/// memory is taken, Unsupported (a dtype policy).
Result<LayerAnswer> answered(const LayerCall& call, const LayerRegistry& registry,
                             const Limits& limits = {});

/// The samples that a call with such an input draws for: an image on its own is one.
std::size_t sampleCount(const LayerType& layer, const Shape& input);

/// Refuses a description whose values need too much memory, before anything is allocated.
/// Errors: BadShape (a shape is not known), TooLarge.
Result<> fitsMemory(const OpGraph& graph, const Limits& limits);

} // namespace lb
