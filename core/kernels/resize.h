#pragma once

#include <cstdint>
#include <vector>

namespace lb::kernels {

enum class Interpolation : std::uint8_t { Nearest, Bilinear, Bicubic, Area, Lanczos3, Lanczos5 };

/// Which pixels of a line make each pixel of the resized line, and how much.
struct Taps {
    struct Span {
        std::int64_t first = 0, count = 0;
        std::size_t weight = 0; ///< where its weights begin
    };
    std::vector<Span> spans; ///< one for each pixel of the result
    std::vector<float> weights;

    float gain() const; ///< the largest sum of absolute weights: 1 unless a kernel overshoots
};

/// Source: TensorFlow `tf.image.resize` with half-pixel centres, in float32 as there: bicubic is
/// Keys' kernel with a = -0.5 from a table of 1,024 steps; Lanczos and everything antialiased drop
/// what lies outside and divide by the sum; `Area` weighs by overlap. Nearest ignores `antialias`.
Taps tapsOf(Interpolation interpolation, bool antialias, std::int64_t from, std::int64_t to);

/// Resizes first down, then across, which is TensorFlow's order of rounding.
/// Shapes: x [height, width, channels], y [rows.spans.size(), columns.spans.size(), channels],
/// dense.
template <typename T>
void resize(const T* x, std::int64_t width, std::int64_t channels, const Taps& rows,
            const Taps& columns, T* y);
/// The same for taps of one or two pixels, rounded as TensorFlow's bilinear kernel rounds.
template <typename T>
void resizeBilinear(const T* x, std::int64_t width, std::int64_t channels, const Taps& rows,
                    const Taps& columns, T* y);
/// resizeBilinear() and roundEven() in one: y is written once, which is what takes the time.
/// Pixels are float or uint8.
template <typename Pixel>
void resizeBilinearRounded(const Pixel* x, std::int64_t width, std::int64_t channels,
                           const Taps& rows, const Taps& columns, float* y);
/// Area, rounded as TensorFlow's kernel rounds: across, then down, then divided by the area, so that
/// ties of whole numbers fall as there. Shapes: x [height, width, channels], y [rows, columns,
/// channels], dense. Source: TensorFlow `ResizeArea`.
void resizeArea(const float* x, std::int64_t height, std::int64_t width, std::int64_t channels,
                std::int64_t rows, std::int64_t columns, float* y);
/// Adds the gradient of x.
template <typename T>
void resizeGradient(const T* dy, std::int64_t width, std::int64_t channels, const Taps& rows,
                    const Taps& columns, T* dx);

} // namespace lb::kernels
