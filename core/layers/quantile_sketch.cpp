#include "core/layers/quantile_sketch.h"

#include "core/kernels/ranks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lb {
namespace {

/// A line through points with ascending x, flat beyond its ends. Source: NumPy `interp`.
double interpolated(double at, std::span<const double> x, std::span<const double> y)
{
    const auto above = std::ranges::upper_bound(x, at);
    if (above == x.begin())
        return y.front();
    const auto j = static_cast<std::size_t>(above - x.begin()) - 1;
    if (j + 1 == x.size() || x[j] == at)
        return y[j];
    return (y[j + 1] - y[j]) / (x[j + 1] - x[j]) * (at - x[j]) + y[j];
}

QuantileSketch compressed(QuantileSketch sketch, double epsilon)
{
    const auto size = static_cast<double>(sketch.values.size());
    if (!(size * epsilon >= 1))
        return sketch;
    std::vector<double> sums, shares;
    float sum = 0;
    for (const float weight : sketch.weights)
        sums.push_back(static_cast<double>(sum += weight));
    for (const double each : sums)
        shares.push_back(static_cast<double>(static_cast<float>(each) / sum));
    const std::vector<double> values(sketch.values.begin(), sketch.values.end());
    const auto count = static_cast<std::size_t>(std::ceil(1 / epsilon)); // as np.arange(0, 1, e)
    QuantileSketch result;
    double before = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double share = epsilon + static_cast<double>(i) * epsilon;
        const double upTo = interpolated(share, shares, sums);
        result.values.push_back(static_cast<float>(interpolated(share, shares, values)));
        result.weights.push_back(static_cast<float>(upTo - before));
        before = upTo;
    }
    return result;
}

} // namespace

QuantileSketch sketched(std::vector<float> block, double epsilon)
{
    const double step = std::max(static_cast<double>(block.size()) / (1.0 / epsilon), 1.0);
    const auto stride = static_cast<std::size_t>(step);
    QuantileSketch sketch;
    if (stride < 8 || block.size() > std::numeric_limits<std::uint32_t>::max()) {
        std::ranges::sort(block);
        for (auto i = static_cast<std::size_t>(step - 1); i < block.size(); i += stride)
            sketch.values.push_back(block[i]);
    } else {
        std::vector<std::size_t> ranks;
        for (auto i = static_cast<std::size_t>(step - 1); i < block.size(); i += stride)
            ranks.push_back(i);
        sketch.values = kernels::valuesAt(ranks, block);
    }
    sketch.weights.assign(sketch.values.size(), static_cast<float>(step));
    return sketch;
}

QuantileSketch merged(const QuantileSketch& a, const QuantileSketch& b, double epsilon)
{
    QuantileSketch both = a;
    both.values.insert(both.values.end(), b.values.begin(), b.values.end());
    both.weights.insert(both.weights.end(), b.weights.begin(), b.weights.end());
    std::vector<std::size_t> order(both.values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return both.values[i]; });
    QuantileSketch sorted;
    for (const std::size_t i : order) {
        sorted.values.push_back(both.values[i]);
        sorted.weights.push_back(both.weights[i]);
    }
    return compressed(std::move(sorted), epsilon);
}

std::vector<float> boundariesOf(const QuantileSketch& sketch, std::int64_t bins)
{
    std::vector<float> values = compressed(sketch, 1.0 / static_cast<double>(bins)).values;
    if (!values.empty())
        values.pop_back();
    return values;
}

} // namespace lb
