#pragma once

#include "core/kernels/warp.h"

#include <span>

namespace lb::kernels {

/// One image whose pixels are read `shift` pixels further right and down, each by its own.
///
/// Shapes: image and out [height, width, channels], shift [height, width]; all dense.
template <typename T> struct Displacement {
    const T* image = nullptr;
    const T* shift = nullptr;
    T* out = nullptr;
    std::int64_t height = 0, width = 0, channels = 0;
    T fill{};
};

/// Reads every neighbour of a point for itself, as indices: it need not lie where a warp that maps
/// coordinates would read it. Under Reflect an index left of or above the image mirrors about its
/// first pixel (-1 is 1), one behind it about its end (size is size - 1).
/// Any thread; no allocation. Source: Keras 3 `map_coordinates` on TensorFlow.
template <typename T>
void displaced(const Displacement<T>& work, FillMode mode, Sampling sampling);

/// A Gaussian of `deviation` pixels over [height, width] with zeros around it, in place.
/// `taps` weights on a line, an odd number. Source: Keras 3 `gaussian_blur`.
template <typename T>
void blurred(std::span<T> plane, std::int64_t height, std::int64_t width, std::int64_t taps,
             T deviation);

} // namespace lb::kernels
