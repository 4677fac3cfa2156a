#pragma once

#include "core/tensor/tensor.h"

namespace lb {

/// A tensor as a program writes it, every number in the shortest form that reads back the same.
std::string numpyCode(const Tensor& tensor); ///< np.array([[1.0, 2.0]], dtype="float32")
/// c(1, 2), matrix(c(..), nrow = 2, byrow = TRUE), array(c(..), dim = c(2, 3, 4)).
std::string rCode(const Tensor& tensor);
/// A line a row; axes before the last one are joined into rows.
std::string csvText(const Tensor& tensor);

} // namespace lb
