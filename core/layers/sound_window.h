#pragma once

#include "core/support/config.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <string>
#include <vector>

namespace lb {

/// The names that windowOf() knows.
std::vector<std::string> windowNames();

/// What each sample of a frame is weighed with: a name, a list of `length` numbers, or null for
/// ones. `periodic` makes the window of a signal that repeats, as frames of a long sound have it.
/// Errors: BadParameter for another name, or a list of another length.
/// Source: SciPy `signal.get_window`; windows with parameters of their own are not known.
Result<std::vector<double>> windowOf(const Config& window, std::int64_t length, bool periodic);

/// Cosines (or, with `imaginary`, negative sines) of every frequency under the window, as
/// [length, 1, bins]: the kernels of a Fourier transform that is written as a convolution.
/// `scaling` "density" divides by the window's length √Σw², "spectrum" by Σ|w|.
/// Errors: as windowOf(). Source: Keras 3 `initializers.STFT`; arithmetic in `dtype` as there.
Result<Tensor> fourierKernel(std::int64_t length, std::int64_t bins, bool imaginary,
                             const Config& window, const std::string& scaling, bool periodic,
                             DType dtype = DType::Float32);

} // namespace lb
