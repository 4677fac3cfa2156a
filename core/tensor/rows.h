#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

/// Rows of any dtype as one tensor with the batch in front: [n, ...].
/// Errors: BadShape if they differ in shape or dtype, or there is none.
Result<Tensor> batchOf(std::span<const Tensor> rows);

/// Element `index` along the first axis, without that axis.
Tensor rowOf(const Tensor& batch, std::int64_t index);

} // namespace lb
