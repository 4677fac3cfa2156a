#pragma once

#include "core/conform/layer_call.h"

namespace lb {

/// Whether a call asks for rows of different lengths (TextVectorization with `ragged`). Tensors here
/// have one length along an axis, so no wire of a project carries such rows and the layer refuses
/// them there; a call on its own has an answer.
bool asksForRagged(const LayerType& layer, const Config& config);

/// The answer as TensorFlow's RaggedTensor holds it: all ids one after the other, then how many each
/// row has; rows are cut to output_sequence_length and never padded. Texts that are not split make
/// one tensor, as in Keras. Errors: those of the call; BadParameter as Keras; Unsupported for texts
/// of more than two axes and for n-grams of tables of texts that are not split.
Result<LayerAnswer> raggedAnswer(const LayerCall& call, const LayerRegistry& registry,
                                 const Limits& limits);

/// Nested lists of such an answer. Errors: BadShape if the lengths are not those of the values.
Result<Config> raggedLists(const LayerAnswer& answer);

} // namespace lb
