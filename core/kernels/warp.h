#pragma once

#include <array>
#include <cstdint>

namespace lb::kernels {

/// What stands beyond the border of an image, by Keras' names.
enum class FillMode : std::uint8_t { Reflect, Wrap, Constant, Nearest };
enum class Sampling : std::uint8_t { Nearest, Bilinear };

/// One image that is looked at through a projective map.
///
/// Shapes: image and out [height, width, channels], dense. `matrix` [a0 a1 a2 b0 b1 b2 c0 c1] maps
/// a pixel (x, y) of the result to ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) of the image,
/// k = c0 x + c1 y + 1; pixel centres are integers.
template <typename T> struct Warp {
    const T* image = nullptr;
    T* out = nullptr;
    std::int64_t height = 0, width = 0, channels = 0;
    std::array<T, 8> matrix{};
    T fill{};
};

/// Source: TensorFlow `ImageProjectiveTransformV3`, which maps coordinates into the image before
/// it reads them; under `Constant` every single neighbour that is outside reads as `fill`.
/// Any thread; no allocation. Instantiated for float and double.
template <typename T> void warp(const Warp<T>& work, FillMode mode, Sampling sampling);

} // namespace lb::kernels
