#include "core/layers/color_params.h"

#include "core/ops/ops.h"

namespace lb {
namespace {

template <std::floating_point T> T multiplier(T factor)
{
    return factor / (1 - factor + static_cast<T>(1e-7));
}

} // namespace

ConfigObject rangeArgs(std::array<double, 2> range)
{
    return {{"least", range[0]}, {"most", range[1]}};
}

std::array<double, 2> sorted(std::array<double, 2> range)
{
    std::ranges::sort(range);
    return range;
}

ValueRef clipped(Emitter& emitter, ValueRef x, std::array<double, 2> range)
{
    return emitter.op(ops::clip(), {x}, rangeArgs(range));
}

Tensor hueDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
               const Factor& factor)
{
    const auto [low, high] = endsOf(factor, 0);
    const Tensor side = uniformDraw(context, seed, number, 0, 1);
    const Tensor turn = uniformDraw(context, seed, number + 1, low, high);
    return Tensor::make<float>(side.shape(), [&](std::span<float> out) {
        std::ranges::transform(side.values<float>(), turn.values<float>(), out.begin(),
                               [](float u, float f) { return (u > 0.5f ? -f : f) * 0.5f; });
    });
}

Tensor saturationDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
                      const Factor& factor)
{
    const auto [low, high] = endsOf(factor, -1);
    const Tensor drawn = uniformDraw(context, seed, number, low, high);
    return Tensor::make<float>(drawn.shape(), [&](std::span<float> out) {
        std::ranges::transform(drawn.values<float>(), out.begin(), multiplier<float>);
    });
}

Spec saturationSpec(std::int64_t batch, const Factor& factor)
{
    Spec spec = drawnSpec(batch, 0);
    const auto [low, high] = endsOf(factor, -1);
    if (high < 1)
        spec.range = ValueRange::proven(multiplier(low), multiplier(high));
    return spec;
}

} // namespace lb
