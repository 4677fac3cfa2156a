#pragma once

#include "core/ops/op.h"

#include <algorithm>
#include <cmath>

namespace lb {

/// Errors: BadShape unless x is images with 3 channels, or 1 where `grayToo`; unknown passes.
Result<> needsColor(std::string_view op, const Spec& images, bool grayToo);

inline constexpr double kGraySum = 0.2989 + 0.5870 + 0.1140;

/// The brightness of a pixel. Source: Keras 3 `rgb_to_grayscale`.
template <typename T> T grayOf(const T* rgb)
{
    return rgb[0] * static_cast<T>(0.2989) + rgb[1] * static_cast<T>(0.5870)
        + rgb[2] * static_cast<T>(0.1140);
}

template <typename T> struct Hsv {
    T hue, saturation, value;
};

/// Source: TensorFlow `rgb_to_hsv`, for any numbers: black and below has no saturation.
template <typename T> Hsv<T> hsvOf(const T* rgb)
{
    const T r = rgb[0], g = rgb[1], b = rgb[2];
    const T most = std::max({r, g, b});
    const T width = most - std::min({r, g, b});
    const T part = 1 / width * (T{1} / T{6});
    T hue = r == most ? part * (g - b)
        : g == most   ? part * (b - r) + T{2} / T{6}
                      : part * (r - g) + T{4} / T{6};
    hue = width > 0 ? hue : 0;
    return {hue < 0 ? hue + 1 : hue, most > 0 ? width / most : 0, most};
}

/// Source: TensorFlow `hsv_to_rgb`, for any numbers.
template <typename T> void storeRgb(const Hsv<T>& hsv, T* rgb)
{
    const auto bounded = [](T x) { return std::min(std::max(x, T{0}), T{1}); };
    const T sixth = hsv.hue * 6;
    const T rest = 1 - hsv.saturation;
    const auto store = [&](T* into, T share) {
        *into = (rest + hsv.saturation * share) * hsv.value;
    };
    store(rgb, bounded(std::abs(sixth - 3) - 1));
    store(rgb + 1, bounded(2 - std::abs(sixth - 2)));
    store(rgb + 2, bounded(2 - std::abs(sixth - 4)));
}

} // namespace lb
