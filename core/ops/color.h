#pragma once

#include "core/ops/op.h"
#include "core/tensor/rounded.h"

#include <algorithm>
#include <cmath>

namespace lb {

/// Errors: BadShape unless x is images with 3 channels, or 1 where `grayToo`; unknown passes.
Result<> needsColor(std::string_view op, const Spec& images, bool grayToo);

inline constexpr double kGraySum = 0.2989 + 0.5870 + 0.1140;

/// The brightness of a pixel; `round` is of the dtype, which has weights of its own.
/// Source: Keras 3 `rgb_to_grayscale`.
template <typename T, typename Round = Unrounded> T grayOf(const T* rgb, const Round& round = {})
{
    return round(rgb[0] * round(static_cast<T>(0.2989)) + rgb[1] * round(static_cast<T>(0.5870))
                 + rgb[2] * round(static_cast<T>(0.1140)));
}

template <typename T> struct Hsv {
    T hue, saturation, value;
};

/// Source: TensorFlow `rgb_to_hsv`, for any numbers: black and below has no saturation.
template <typename T, typename Round = Unrounded>
Hsv<T> hsvOf(const T* rgb, const Round& round = {})
{
    const T r = rgb[0], g = rgb[1], b = rgb[2];
    const T most = std::max({r, g, b});
    const T width = round(most - std::min({r, g, b}));
    const T part = round(round(1 / width) * round(T{1} / T{6}));
    const auto sixths = [&](T difference, T offset) {
        return round(round(part * round(difference)) + round(offset));
    };
    T hue = r == most ? round(part * round(g - b))
        : g == most   ? sixths(b - r, T{2} / T{6})
                      : sixths(r - g, T{4} / T{6});
    hue = width > 0 ? hue : 0;
    return {hue < 0 ? round(hue + 1) : hue, most > 0 ? round(width / most) : 0, most};
}

/// Source: TensorFlow `hsv_to_rgb`, for any numbers.
template <typename T, typename Round = Unrounded>
void storeRgb(const Hsv<T>& hsv, T* rgb, const Round& round = {})
{
    const auto bounded = [](T x) { return std::min(std::max(x, T{0}), T{1}); };
    const T sixth = round(hsv.hue * 6);
    const T rest = round(1 - hsv.saturation);
    const auto store = [&](T* into, T share) {
        *into = round(round(rest + round(hsv.saturation * share)) * hsv.value);
    };
    store(rgb, bounded(round(std::abs(round(sixth - 3)) - 1)));
    store(rgb + 1, bounded(round(2 - std::abs(round(sixth - 2)))));
    store(rgb + 2, bounded(round(2 - std::abs(round(sixth - 4)))));
}

} // namespace lb
