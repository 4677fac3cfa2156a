#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

/// A `.npy` file of a tensor of numbers: NumPy 1.0 header, little-endian, C order. bfloat16, which
/// NumPy does not know, is two raw bytes ("<V2") as ml_dtypes writes it: `.view(ml_dtypes.bfloat16)`.
std::string encodeNpy(const Tensor& tensor);

/// Reads header versions 1.0, 2.0 and 3.0, little- and big-endian, C and Fortran order; integers
/// that we have no dtype for are widened; two raw bytes are bfloat16. Errors: BadFile (no NumPy file, a header that
/// promises more or less than there is), Unsupported (strings, objects, complex), TooLarge; before
/// memory is taken. Source: NumPy NEP 1, `numpy.lib.format`.
Result<Tensor> decodeNpy(std::string_view bytes, const Limits& limits = {});

} // namespace lb
