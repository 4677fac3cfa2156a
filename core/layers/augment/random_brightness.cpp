#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

struct RandomBrightnessParams : ColorParams {
    Factor factor;

    bool operator==(const RandomBrightnessParams&) const = default;
};

/// Adds a number of its own to every image, in training only, and keeps the value range.
/// Units: `factor` in parts of the value range; draws `rgb_delta` [batch, 1, 1, 1] in the units of
/// the images. Shapes: x [batch, height, width, channels] or one image; y as x, float32 in training,
/// at inference x itself. Called on its own it adds a whole number to integers, and bytes wrap: 200
/// and 127 are 71, as in Keras (where TensorFlow converts images in blocks of 32, numbers below 0 become
/// 0 there, see docs/differences.md).
/// Source: Keras 3 `RandomBrightness`.
class RandomBrightness final : public RandomLayerOf<RandomBrightness, RandomBrightnessParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomBrightness";

    static auto fields()
    {
        using P = RandomBrightnessParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::between(-0.2, 0.2))
                           .least(-1.0)
                           .most(1.0)
                           .slider(-1.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How much is added, as a part of the value range; one "
                                       "number means both ways."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomBrightnessParams& p)
    {
        return checkFactor("factor", p.factor, -1, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage, LB_TR("Layer", "Makes every image brighter or darker."),
                "y = clip(x + δ), δ ~ U(low, high) · (most − least)", true};
    }
    static Result<Outputs> emit(const RandomBrightnessParams& p, Emitter& e)
    {
        const bool integer = !isFloating(e.spec(e.input(0)).dtype);
        if (!e.training())
            return passedOn(e, integer ? e.input(0) : e.floatInput(0), p.dataFormat);
        const DType given = e.spec(e.input(0)).dtype;
        const DType inside = integer && e.isCall() ? DType::Float32 : e.compute(); // holds bytes
        const bool keeps = integer && given != DType::Bool && e.isCall();
        const auto whole = [&](ValueRef x) { return keeps ? e.cast(x, given) : x; };
        const ImageFrame frame(e, e.cast(e.input(0), inside), p.dataFormat);
        const Spec drawn = drawnSpec(frame.batch(), 3);
        // -50.97 is -50 as a whole number, and -51 in bfloat16: the policy has no part in it
        const ValueRef delta
            = keeps ? whole(e.drawnAsIs("rgb_delta", drawn)) : e.drawn("rgb_delta", drawn);
        const ValueRef sum = e.add(frame.images(), e.cast(delta, inside));
        const ValueRef y = e.cast(whole(sum), inside);
        return Outputs{whole(frame.restored(clipped(e, y, sorted(p.valueRange))))};
    }
    static Result<Transformation> drawn(const RandomBrightnessParams& p, const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        const auto [least, most] = std::ranges::minmax(p.valueRange);
        const double width = most - least;
        return Transformation{
            {"rgb_delta", uniformDraw(context, p.seed, 0, low * width, high * width, 3)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomBrightnessParams& p)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        const auto [least, most] = std::ranges::minmax(p.valueRange);
        const double width = most - least;
        return DrawnRange{{"rgb_delta"}, low * width, high * width};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        const double delta = drawnNumber(drawn, "rgb_delta", sample);
        return shownNumber(delta, std::abs(delta) < 2 ? 2 : 0, true);
    }
    static std::vector<Example> examples()
    {
        return {
            {"a fifth", ConfigObject{{"factor", 0.2}}, {{2, 4, 5, 3}}},
            {"one image, both ends",
             ConfigObject{{"factor", ConfigList{-0.1, 0.6}}, {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerRandomBrightness(LayerRegistry& registry)
{
    registry.add<RandomBrightness>();
}

} // namespace lb
