#pragma once

#include <span>

namespace lb::kernels {

/// y = the nearest integers, halves to the even one. As long as x; may be x.
void roundEven(std::span<const float> x, float* y);
/// y = x without its fraction, modulo 256: what a cast to uint8 keeps. |x| below 2^63.
void wrapToBytes(std::span<const float> x, float* y);

} // namespace lb::kernels
