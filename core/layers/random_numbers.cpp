#include "core/layers/random_numbers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

namespace lb {
namespace {

/// Uniform in (0, 1), both ends left out.
double inside(std::uint32_t word)
{
    return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

/// Box and Muller: two normal numbers of two words.
std::array<double, 2> normalPair(std::uint32_t first, std::uint32_t second)
{
    const double radius = std::sqrt(-2 * std::log(inside(first)));
    const double angle = 2 * std::numbers::pi * inside(second);
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

StreamKey pathOf(const DrawContext& context, const Seed& seed)
{
    return seed.value ? context.path.child(static_cast<std::uint64_t>(*seed.value)) : context.path;
}

} // namespace

RandomStream sampleStream(const DrawContext& context, const Seed& seed, std::size_t sample)
{
    return {pathOf(context, seed), context.epoch, context.sampleIds[sample]};
}

RandomStream batchStream(const DrawContext& context, const Seed& seed)
{
    return {pathOf(context, seed), context.epoch, context.batchIndex};
}

float batchUniform(const DrawContext& context, const Seed& seed, std::uint32_t number, double low,
                   double high)
{
    const float from = static_cast<float>(low);
    return from + (static_cast<float>(high) - from) * batchStream(context, seed).uniform(number);
}

Tensor flagDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
                  const Factor& factor)
{
    const auto [low, high] = endsOf(factor, 0);
    const Tensor p = uniformDraw(context, seed, number, low, high);
    const Tensor u = uniformDraw(context, seed, number + 1, 0, 1);
    return Tensor::make<bool>(p.shape(), [&](std::span<bool> out) {
        std::ranges::transform(u.values<float>(), p.values<float>(), out.begin(),
                               std::ranges::less());
    });
}

void fillNormal(const RandomStream& stream, std::uint32_t number, std::span<float> out)
{
    for (std::size_t i = 0; i < out.size(); i += 4) {
        const PhiloxBlock block = stream.block(number, i / 4);
        const auto first = normalPair(block[0], block[1]);
        const auto second = normalPair(block[2], block[3]);
        const std::array four{first[0], first[1], second[0], second[1]};
        for (std::size_t k = 0; k < 4 && i + k < out.size(); ++k)
            out[i + k] = static_cast<float>(four[k]);
    }
}

float gammaNumber(const RandomStream& stream, std::uint32_t number, double alpha)
{
    if (!(alpha >= 0))
        return std::numeric_limits<float>::quiet_NaN();
    const double shape = alpha < 1 ? alpha + 1 : alpha;
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    double logarithm = 0;
    for (std::uint64_t attempt = 0;; ++attempt) {
        const PhiloxBlock block = stream.block(number, attempt);
        const double x = normalPair(block[0], block[1])[0];
        const double v = std::pow(1 + c * x, 3);
        if (v <= 0 || std::log(inside(block[2])) >= 0.5 * x * x + d * (1 - v + std::log(v)))
            continue;
        logarithm = std::log(d * v);
        if (alpha < 1) // the fourth word took no part in the choice
            logarithm += std::log(inside(block[3])) / alpha;
        break;
    }
    return std::max(static_cast<float>(std::exp(logarithm)), std::numeric_limits<float>::min());
}

float betaNumber(const RandomStream& stream, std::uint32_t number, double alpha)
{
    const float a = gammaNumber(stream, number, alpha);
    const float b = gammaNumber(stream, number + 1, alpha);
    return a / (a + b);
}

std::size_t wholeNumber(const RandomStream& stream, std::uint32_t number, std::uint64_t element,
                        std::size_t count)
{
    const std::uint64_t word = stream.block(number, element / 4)[element % 4];
    return static_cast<std::size_t>(word * count >> 32);
}

Tensor shuffledRows(const DrawContext& context, const Seed& seed, std::uint32_t number,
                    std::size_t count)
{
    const RandomStream stream = batchStream(context, seed);
    std::vector<float> keys(count);
    for (std::size_t i = 0; i < count; ++i)
        keys[i] = stream.uniform(number, i);
    return Tensor::make<std::int32_t>({static_cast<std::int64_t>(count)}, [&](auto out) {
        std::iota(out.begin(), out.end(), 0);
        std::ranges::stable_sort(
            out, {}, [&](std::int32_t row) { return keys[static_cast<std::size_t>(row)]; });
    });
}

void RectangleMask::fill(std::span<bool> flags, const ImageSize& size, bool channelsFirst) const
{
    const auto pixels = static_cast<std::size_t>(size.height * size.width);
    const std::size_t channels = pixels == 0 ? 0 : flags.size() / pixels;
    const std::size_t inner = channelsFirst ? 1 : channels;
    bool* flag = flags.data();
    for (std::size_t plane = 0; plane < (channelsFirst ? channels : 1); ++plane)
        for (std::int64_t row = 0; row < size.height; ++row) {
            const auto y = static_cast<float>(row);
            for (std::int64_t column = 0; column < size.width; ++column) {
                const auto x = static_cast<float>(column);
                const bool inside = x >= left && x < right && y >= top && y < bottom;
                flag = std::fill_n(flag, inner, inside);
            }
        }
}

RectangleMask rectangleOf(const RandomStream& stream, std::uint32_t number, float widthRatio,
                          float heightRatio, const ImageSize& size)
{
    const auto placed = [&](std::uint32_t draw, float ratio, std::int64_t length) {
        const float part = ratio * static_cast<float>(length);
        const float start = stream.uniform(draw) * (static_cast<float>(length) - part);
        return std::array{start, start + part};
    };
    const auto [left, right] = placed(number, widthRatio, size.width);
    const auto [top, bottom] = placed(number + 1, heightRatio, size.height);
    return {left, right, top, bottom};
}

} // namespace lb
