#pragma once

#include "core/layers/emitter.h"
#include "core/layers/output_mode.h"

namespace lb {

/// Describes the encoding of ids 0..depth-1; one out of range counts nowhere.
///
/// int: the ids as they are. one_hot: [..., depth], in place of a last axis of length 1 and behind
/// any other. multi_hot, count, tf_idf: [batch, ..., depth] without the second axis, over which
/// they count (the only axis of a list). A single id is a list of one. `weights` have the shape of
/// the ids in count, and one number a slot, [depth], in tf_idf. Codes are of `dtype`.
/// Errors (of the emitter): BadShape if the weights do not fit; Unsupported if TensorFlow does not
/// count in `dtype`.
/// Source: Keras 3 `encode_categorical_inputs`.
ValueRef encoded(Emitter& emitter, ValueRef ids, OutputMode mode, std::int64_t depth,
                 ValueRef weights = {}, DType dtype = DType::Float32);

} // namespace lb
