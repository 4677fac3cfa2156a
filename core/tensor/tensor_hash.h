#pragma once

#include "core/tensor/tensor.h"

namespace lb {

/// SHA-256 in hexadecimal digits of the elements alone: of numbers their bytes, of strings each with
/// its length in front.
std::string contentHash(const Tensor& tensor);

} // namespace lb
