#include "core/kernels/elastic.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lb::kernels {
namespace {

constexpr double kFar = 1e15; // beyond it an integer would not be defined

template <typename T> std::int64_t indexOf(T coordinate)
{
    if (!(std::abs(coordinate) < static_cast<T>(kFar)))
        return 0;
    return static_cast<std::int64_t>(coordinate);
}

std::int64_t floorModulo(std::int64_t index, std::int64_t size)
{
    const std::int64_t rest = index % size;
    return rest < 0 ? rest + size : rest;
}

/// Where an index is read; -1 if it reads as the fill.
std::int64_t reentered(std::int64_t index, std::int64_t size, FillMode mode)
{
    if (index >= 0 && index < size)
        return index;
    switch (mode) {
    case FillMode::Reflect: {
        const std::int64_t rest = std::abs(index) % (2 * size);
        return rest < size ? rest : 2 * size - rest - 1;
    }
    case FillMode::Wrap:
        return floorModulo(index, size);
    case FillMode::Constant:
        return -1;
    case FillMode::Nearest:
        break;
    }
    return std::clamp<std::int64_t>(index, 0, size - 1);
}

/// The one or two indices that a coordinate is read from, and their weights.
template <typename T> struct Neighbours {
    std::array<std::int64_t, 2> index{};
    std::array<T, 2> weight{};
    int count = 1;

    Neighbours(T coordinate, std::int64_t size, FillMode mode, Sampling sampling)
    {
        if (sampling == Sampling::Nearest) {
            index[0] = reentered(indexOf(std::nearbyint(coordinate)), size, mode); // half to even
            weight[0] = 1;
            return;
        }
        const T lower = std::floor(coordinate);
        const std::int64_t first = indexOf(lower);
        index = {reentered(first, size, mode), reentered(first + 1, size, mode)};
        weight = {1 - (coordinate - lower), coordinate - lower};
        count = 2;
    }
};

/// One line through a plane, `step` apart, smoothed into `out`.
template <typename T>
void smooth(const T* line, std::int64_t size, std::int64_t step, std::span<const T> weights, T* out)
{
    const std::int64_t half = std::ssize(weights) / 2;
    for (std::int64_t i = 0; i < size; ++i) {
        const std::int64_t first = std::max<std::int64_t>(i - half, 0);
        const std::int64_t last = std::min(i + half, size - 1);
        T sum = 0;
        for (std::int64_t k = first; k <= last; ++k)
            sum += weights[static_cast<std::size_t>(k - i + half)] * line[k * step];
        out[i] = sum;
    }
}

} // namespace

template <typename T>
void displaced(const Displacement<T>& work, FillMode mode, Sampling sampling)
{
    const T* shift = work.shift;
    T* out = work.out;
    for (std::int64_t row = 0; row < work.height; ++row)
        for (std::int64_t column = 0; column < work.width; ++column, out += work.channels) {
            const T by = *shift++;
            const Neighbours<T> y(static_cast<T>(row) + by, work.height, mode, sampling);
            const Neighbours<T> x(static_cast<T>(column) + by, work.width, mode, sampling);
            std::fill_n(out, work.channels, T{0});
            for (int i = 0; i < y.count; ++i)
                for (int k = 0; k < x.count; ++k) {
                    const auto at = static_cast<std::size_t>(i);
                    const auto to = static_cast<std::size_t>(k);
                    const T weight = y.weight[at] * x.weight[to];
                    const bool inside = y.index[at] >= 0 && x.index[to] >= 0;
                    const T* pixel = work.image
                        + (inside ? (y.index[at] * work.width + x.index[to]) * work.channels : 0);
                    for (std::int64_t c = 0; c < work.channels; ++c)
                        out[c] += weight * (inside ? pixel[c] : work.fill);
                }
        }
}

template <typename T>
void blurred(std::span<T> plane, std::int64_t height, std::int64_t width, std::int64_t taps,
             T deviation)
{
    std::vector<T> weights(static_cast<std::size_t>(taps));
    T sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const T x = (static_cast<T>(i) - static_cast<T>(taps - 1) / 2) / deviation;
        weights[i] = std::exp(static_cast<T>(-0.5) * x * x);
        sum += weights[i];
    }
    for (T& weight : weights)
        weight /= sum;
    std::vector<T> line(static_cast<std::size_t>(std::max(height, width)));
    for (std::int64_t row = 0; row < height; ++row) {
        T* from = plane.data() + row * width;
        smooth<T>(from, width, 1, weights, line.data());
        std::copy_n(line.data(), width, from);
    }
    for (std::int64_t column = 0; column < width; ++column) {
        T* from = plane.data() + column;
        smooth<T>(from, height, width, weights, line.data());
        for (std::int64_t row = 0; row < height; ++row)
            from[row * width] = line[static_cast<std::size_t>(row)];
    }
}

template void displaced(const Displacement<float>&, FillMode, Sampling);
template void displaced(const Displacement<double>&, FillMode, Sampling);
template void blurred(std::span<float>, std::int64_t, std::int64_t, std::int64_t, float);
template void blurred(std::span<double>, std::int64_t, std::int64_t, std::int64_t, double);

} // namespace lb::kernels
