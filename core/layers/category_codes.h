#pragma once

#include "core/layers/output_mode.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <span>

namespace lb {

/// The shape of codes for ids of a shape; kUnknown where only the data tell. Errors: BadShape.
Result<Shape> codeShape(const Shape& ids, OutputMode mode, std::int64_t depth);

/// Whether TensorFlow's bincount, which multi_hot and count are, has a kernel for it.
bool countsIn(DType dtype);

/// What a layer's "dtype" (a name or a policy as Keras writes it; null: int64 for ids, else float32)
/// means for its codes: the dtype of its weights. Errors: BadParameter (ids are int32 or int64),
/// Unsupported (TensorFlow does not count in it).
Result<DType> codeDType(const Config& policy, OutputMode mode);

/// Ids as codes of `dtype`: themselves, a vector of `depth` each (one_hot; an axis of length 1 at the
/// end goes first), or a vector for the ids along the last axis (multi_hot 0 or 1, count how many;
/// with more than two axes, as TensorFlow's Keras, along axis 1). Ids outside 0 .. depth - 1 leave
/// no trace. TfIdf counts; the weights are the caller's. Source: Keras 3 `encode_categorical_inputs`.
Tensor codesOf(const Shape& shape, std::span<const std::int64_t> ids, OutputMode mode,
               std::int64_t depth, DType dtype);

/// Rows of different lengths: row i holds ids[offsets[i]] .. ids[offsets[i + 1] - 1]; [rows, depth].
Tensor codesOfRows(std::span<const std::size_t> offsets, std::span<const std::int64_t> ids,
                   OutputMode mode, std::int64_t depth, DType dtype);

} // namespace lb
