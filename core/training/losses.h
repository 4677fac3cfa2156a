#pragma once

#include "core/layers/emitter.h"

namespace lb {

enum class LossKind : std::uint8_t {
    SparseCategoricalCrossentropy,
    CategoricalCrossentropy,
    BinaryCrossentropy,
    MeanSquaredError,
};

/// By Keras' function or class name, as in a recipe or a compiled archive.
/// Errors: BadParameter naming the loss.
Result<LossKind> lossNamed(std::string_view name);
std::string_view kerasName(LossKind kind); ///< "sparse_categorical_crossentropy"

/// Appends the mean loss over a batch: a scalar that has a gradient in yPred.
///
/// Shapes: yPred [batch, ..., n]; yTrue as yPred, or without (or with 1 as) the last axis for
/// sparse labels and where n is 1. Labels may be integers.
/// As Keras on TensorFlow, probabilities that come straight from a softmax (sigmoid for the
/// binary loss) are left aside and the loss is taken from its logits.
ValueRef emitLoss(LossKind kind, Emitter& emitter, ValueRef yTrue, ValueRef yPred, bool fromLogits);

} // namespace lb
