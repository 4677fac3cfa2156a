#include "core/kernels/resize.h"

#include "core/kernels/vectorized.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace lb::kernels {
namespace {

constexpr int kTableSize = 1'024;
constexpr float kSmallestSum = 1000.f * std::numeric_limits<float>::min();

void append(Taps& taps, std::int64_t first, std::initializer_list<float> weights)
{
    taps.spans.push_back({first, std::ssize(weights), taps.weights.size()});
    taps.weights.insert(taps.weights.end(), weights.begin(), weights.end());
}

/// Keys' cubic kernel, a = -0.5: [2 i] at distance i / 1024, [2 i + 1] at 1 + i / 1024.
const std::array<float, 2 * (kTableSize + 1)>& cubicTable()
{
    static const auto table = [] {
        std::array<float, 2 * (kTableSize + 1)> values{};
        constexpr float a = -0.5f;
        for (std::size_t i = 0; i <= kTableSize; ++i) {
            float x = static_cast<float>(i) / kTableSize;
            values[2 * i] = ((a + 2) * x - (a + 3)) * x * x + 1;
            x += 1;
            values[2 * i + 1] = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
        }
        return values;
    }();
    return table;
}

float triangle(float x)
{
    return x < 1 ? 1 - x : 0;
}

float keysCubic(float x)
{
    if (x >= 2)
        return 0;
    return x >= 1 ? ((-0.5f * x + 2.5f) * x - 4) * x + 2 : ((1.5f * x - 2.5f) * x) * x + 1;
}

template <int kRadius> float lanczos(float x)
{
    constexpr float pi = std::numbers::pi_v<float>;
    if (x > kRadius)
        return 0;
    if (x <= 1e-3f)
        return 1;
    return kRadius * std::sin(pi * x) * std::sin(pi * x / kRadius) / (pi * pi * x * x);
}

/// A kernel of a radius, stretched where the result is smaller and `antialias` is set.
Taps spread(float (*kernel)(float), float radius, bool antialias, std::int64_t from,
            std::int64_t to)
{
    Taps taps;
    const float scale = static_cast<float>(to) / static_cast<float>(from);
    const float inverse = 1.f / scale;
    const float stretch = antialias ? std::max(inverse, 1.f) : 1.f;
    const float unstretch = 1.f / stretch;
    const float reach = radius * stretch;
    for (std::int64_t i = 0; i < to; ++i) {
        const float at = (static_cast<float>(i) + 0.5f) * inverse;
        Taps::Span span{0, 0, taps.weights.size()};
        if (at >= 0 && at <= static_cast<float>(from)) {
            const auto inside = [&](float position) {
                return std::clamp<std::int64_t>(static_cast<std::int64_t>(position), 0, from - 1);
            };
            span.first = inside(std::ceil(at - reach - 0.5f));
            span.count = inside(std::floor(at + reach - 0.5f)) + 1 - span.first;
        }
        float sum = 0;
        for (std::int64_t k = 0; k < span.count; ++k) {
            const float distance = static_cast<float>(span.first + k) + 0.5f - at;
            const float weight = kernel(std::abs(distance * unstretch));
            taps.weights.push_back(weight);
            sum += weight;
        }
        const float unit = std::abs(sum) >= kSmallestSum ? 1.f / sum : 1.f;
        for (std::size_t k = span.weight; k < taps.weights.size(); ++k)
            taps.weights[k] *= unit;
        taps.spans.push_back(span);
    }
    return taps;
}

Taps nearest(std::int64_t from, std::int64_t to)
{
    Taps taps;
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        const auto at = static_cast<std::int64_t>((static_cast<float>(i) + 0.5f) * scale);
        append(taps, std::min(at, from - 1), {1.f});
    }
    return taps;
}

Taps bilinear(std::int64_t from, std::int64_t to)
{
    Taps taps;
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        const float at = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
        const float below = std::floor(at);
        const std::int64_t lower = std::max<std::int64_t>(static_cast<std::int64_t>(below), 0);
        const std::int64_t upper = std::min(static_cast<std::int64_t>(std::ceil(at)), from - 1);
        if (upper > lower)
            append(taps, lower, {1 - (at - below), at - below});
        else
            append(taps, std::min(lower, from - 1), {1.f});
    }
    return taps;
}

Taps bicubic(std::int64_t from, std::int64_t to)
{
    Taps taps;
    const auto& table = cubicTable();
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        const float at = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
        const float below = std::floor(at);
        const auto first = static_cast<std::int64_t>(below) - 1;
        const auto offset = static_cast<std::size_t>(std::lrint((at - below) * kTableSize));
        const std::array<float, 4> weights{table[2 * offset + 1], table[2 * offset],
                                           table[2 * (kTableSize - offset)],
                                           table[2 * (kTableSize - offset) + 1]};
        float sum = 0;
        for (std::int64_t k = 0; k < 4; ++k)
            if (first + k >= 0 && first + k < from)
                sum += weights[static_cast<std::size_t>(k)];
        const float unit = std::abs(sum) >= kSmallestSum ? 1 / sum : 1;
        Taps::Span span{std::max<std::int64_t>(first, 0), 0, taps.weights.size()};
        for (std::int64_t k = 0; k < 4; ++k) {
            if (first + k < 0 || first + k >= from)
                continue;
            taps.weights.push_back(weights[static_cast<std::size_t>(k)] * unit);
            ++span.count;
        }
        taps.spans.push_back(span);
    }
    return taps;
}

Taps area(std::int64_t from, std::int64_t to)
{
    Taps taps;
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        const float begin = static_cast<float>(i) * scale;
        const float end = static_cast<float>(i + 1) * scale;
        const auto first = static_cast<std::int64_t>(std::floor(begin));
        const auto last = static_cast<std::int64_t>(std::ceil(end));
        const std::int64_t kept = std::clamp<std::int64_t>(first, 0, from - 1);
        Taps::Span span{kept, 0, taps.weights.size()};
        for (std::int64_t k = first; k < last; ++k) {
            const float cell = static_cast<float>(k);
            const float overlap = std::min(end, cell + 1) - std::max(begin, cell);
            if (std::min(k, from - 1) >= kept + span.count) {
                taps.weights.push_back(overlap / scale);
                ++span.count;
            } else { // rounding led past the last pixel, which counts for the rest
                taps.weights.back() += overlap / scale;
            }
        }
        taps.spans.push_back(span);
    }
    return taps;
}

/// The cells that a pixel of the result covers; only the first and last may be covered in part.
struct Cover {
    std::int64_t first, last; ///< may lie past the border, which counts then
    float begin, end, scale;

    Cover(std::int64_t i, float theScale)
        : begin(static_cast<float>(i) * theScale)
        , end(static_cast<float>(i + 1) * theScale)
        , scale(theScale)
    {
        first = static_cast<std::int64_t>(std::floor(begin));
        last = static_cast<std::int64_t>(std::ceil(end)) - 1;
    }
    float share(std::int64_t cell) const
    {
        const float at = static_cast<float>(cell);
        if (at < begin)
            return at + 1 > end ? scale : at + 1 - begin;
        return at + 1 > end ? end - at : 1.f;
    }
};

/// One line of x, resized across.
template <typename Pixel, typename T>
void acrossLine(const Pixel* line, std::int64_t channels, const Taps& columns, T* out)
{
    const auto blend = [&](std::int64_t count) {
        for (const Taps::Span& column : columns.spans) {
            const std::int64_t left = column.first * count;
            const std::int64_t right = left + (column.count - 1) * count;
            const T beside
                = column.count > 1 ? static_cast<T>(columns.weights[column.weight + 1]) : T{0};
            for (std::int64_t c = 0; c < count; ++c) {
                const T from = static_cast<T>(line[left + c]);
                *out++ = from + (static_cast<T>(line[right + c]) - from) * beside;
            }
        }
    };
    if (channels == 3)
        blend(3); // known here: no loop
    else
        blend(channels);
}

LB_VECTORIZED void blendDown(const float* __restrict above, const float* __restrict under, float below,
                             std::int64_t count, float* __restrict out)
{
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = above[i] + (under[i] - above[i]) * below;
}
LB_VECTORIZED void blendDownRounded(const float* __restrict above, const float* __restrict under,
                                    float below, std::int64_t count, float* __restrict out)
{
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = std::nearbyint(above[i] + (under[i] - above[i]) * below); // half to even
}
LB_VECTORIZED void blendDown(const double* __restrict above, const double* __restrict under,
                                  double below, std::int64_t count, double* __restrict out)
{
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = above[i] + (under[i] - above[i]) * below;
}

/// Each line of x is resized across once, though several lines of y may need it. blend(above, under,
/// below, count, out) makes a line of y of two of these.
template <typename Pixel, typename T, typename Blend>
void bilinearLines(const Pixel* x, std::int64_t width, std::int64_t channels, const Taps& rows,
                   const Taps& columns, T* y, Blend blend)
{
    const std::int64_t line = std::ssize(columns.spans) * channels;
    std::array<std::vector<T>, 2> lines{std::vector<T>(static_cast<std::size_t>(line)),
                                        std::vector<T>(static_cast<std::size_t>(line))};
    std::array<std::int64_t, 2> held{-1, -1}; // which of x's lines they are
    const auto lineOf = [&](std::int64_t wanted, std::int64_t kept) -> std::size_t {
        for (std::size_t i = 0; i < 2; ++i)
            if (held[i] == wanted)
                return i;
        const std::size_t into = held[0] == kept ? 1 : 0;
        acrossLine(x + wanted * width * channels, channels, columns, lines[into].data());
        held[into] = wanted;
        return into;
    };
    for (const Taps::Span& row : rows.spans) {
        const std::int64_t last = row.first + row.count - 1;
        const std::size_t upper = lineOf(row.first, last);
        const std::size_t lower = lineOf(last, row.first);
        const T below = row.count > 1 ? static_cast<T>(rows.weights[row.weight + 1]) : T{0};
        blend(lines[upper].data(), lines[lower].data(), below, line, y);
        y += line;
    }
}

} // namespace

float Taps::gain() const
{
    float most = 0;
    for (const Span& span : spans) {
        float sum = 0;
        for (std::int64_t k = 0; k < span.count; ++k)
            sum += std::abs(weights[span.weight + static_cast<std::size_t>(k)]);
        most = std::max(most, sum);
    }
    return most;
}

Taps tapsOf(Interpolation interpolation, bool antialias, std::int64_t from, std::int64_t to)
{
    switch (interpolation) {
    case Interpolation::Nearest:
        return nearest(from, to);
    case Interpolation::Bilinear:
        return antialias ? spread(triangle, 1, true, from, to) : bilinear(from, to);
    case Interpolation::Bicubic:
        return antialias ? spread(keysCubic, 2, true, from, to) : bicubic(from, to);
    case Interpolation::Area:
        return area(from, to);
    case Interpolation::Lanczos3:
        return spread(lanczos<3>, 3, antialias, from, to);
    case Interpolation::Lanczos5:
        return spread(lanczos<5>, 5, antialias, from, to);
    }
    return {};
}

template <typename T>
void resize(const T* x, std::int64_t width, std::int64_t channels, const Taps& rows,
            const Taps& columns, T* y)
{
    const std::int64_t line = width * channels;
    std::vector<T> down(static_cast<std::size_t>(line)); // one row, resized along y
    for (const Taps::Span& row : rows.spans) {
        std::ranges::fill(down, T{0});
        for (std::int64_t k = 0; k < row.count; ++k) {
            const T weight = static_cast<T>(rows.weights[row.weight + static_cast<std::size_t>(k)]);
            const T* from = x + (row.first + k) * line;
            for (std::int64_t i = 0; i < line; ++i)
                down[static_cast<std::size_t>(i)] += weight * from[i];
        }
        for (const Taps::Span& column : columns.spans) {
            const float* weight = columns.weights.data() + column.weight;
            const T* from = down.data() + column.first * channels;
            for (std::int64_t c = 0; c < channels; ++c) {
                T sum = 0;
                for (std::int64_t k = 0; k < column.count; ++k)
                    sum += static_cast<T>(weight[k]) * from[k * channels + c];
                *y++ = sum;
            }
        }
    }
}

template <typename T>
void resizeBilinear(const T* x, std::int64_t width, std::int64_t channels, const Taps& rows,
                    const Taps& columns, T* y)
{
    bilinearLines(x, width, channels, rows, columns, y,
                  [](auto... line) { blendDown(line...); });
}

template <typename Pixel>
void resizeBilinearRounded(const Pixel* x, std::int64_t width, std::int64_t channels,
                           const Taps& rows, const Taps& columns, float* y)
{
    bilinearLines(x, width, channels, rows, columns, y,
                  [](auto... line) { blendDownRounded(line...); });
}

void resizeArea(const float* x, std::int64_t height, std::int64_t width, std::int64_t channels,
                std::int64_t rows, std::int64_t columns, float* y)
{
    const float down = static_cast<float>(height) / static_cast<float>(rows);
    const float across = static_cast<float>(width) / static_cast<float>(columns);
    const auto unit = static_cast<float>(1.0 / static_cast<double>(down * across));
    for (std::int64_t row = 0; row < rows; ++row) {
        const Cover lines(row, down);
        for (std::int64_t column = 0; column < columns; ++column) {
            const Cover cells(column, across);
            for (std::int64_t c = 0; c < channels; ++c) {
                float sum = 0;
                for (std::int64_t i = lines.first; i <= lines.last; ++i) {
                    const float* from = x + std::clamp<std::int64_t>(i, 0, height - 1) * width * channels + c;
                    float line = 0;
                    for (std::int64_t k = cells.first; k <= cells.last; ++k)
                        line += from[std::clamp<std::int64_t>(k, 0, width - 1) * channels]
                            * cells.share(k);
                    sum += line * lines.share(i);
                }
                *y++ = sum * unit;
            }
        }
    }
}

template <typename T>
void resizeGradient(const T* dy, std::int64_t width, std::int64_t channels, const Taps& rows,
                    const Taps& columns, T* dx)
{
    for (const Taps::Span& row : rows.spans) {
        for (const Taps::Span& column : columns.spans) {
            for (std::int64_t i = 0; i < row.count; ++i) {
                for (std::int64_t j = 0; j < column.count; ++j) {
                    const T weight
                        = static_cast<T>(rows.weights[row.weight + static_cast<std::size_t>(i)])
                        * static_cast<T>(
                              columns.weights[column.weight + static_cast<std::size_t>(j)]);
                    T* into = dx + ((row.first + i) * width + column.first + j) * channels;
                    for (std::int64_t c = 0; c < channels; ++c)
                        into[c] += weight * dy[c];
                }
            }
            dy += channels;
        }
    }
}

#define LB_RESIZE(T)                                                                               \
    template void resize(const T*, std::int64_t, std::int64_t, const Taps&, const Taps&, T*);      \
    template void resizeBilinear(const T*, std::int64_t, std::int64_t, const Taps&, const Taps&,   \
                                 T*);                                                              \
    template void resizeGradient(const T*, std::int64_t, std::int64_t, const Taps&, const Taps&, T*)
template void resizeBilinearRounded(const float*, std::int64_t, std::int64_t, const Taps&,
                                    const Taps&, float*);
template void resizeBilinearRounded(const std::uint8_t*, std::int64_t, std::int64_t, const Taps&,
                                    const Taps&, float*);
LB_RESIZE(float);
LB_RESIZE(double);
#undef LB_RESIZE

} // namespace lb::kernels
