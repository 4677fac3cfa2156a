#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomContrastParams : ColorParams {
    Factor factor;

    bool operator==(const RandomContrastParams&) const = default;
};

/// Scales every channel of every image about its mean, in training only.
/// Units: draws `contrast_factor` [batch, 1, 1, 1] from 1 - low to 1 + high, of which Keras makes
/// 1 to 1 + f for a single number f. Shapes: x [batch, height, width, channels] or one image; y as
/// x, float32 in training, at inference x itself. Source: Keras 3 `RandomContrast`.
class RandomContrast final : public RandomLayerOf<RandomContrast, RandomContrastParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomContrast";

    static auto fields()
    {
        using P = RandomContrastParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::between(0.2, 0.2))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "Contrast lies between 1 - low and 1 + high; a single "
                                       "number only raises it."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomContrastParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Raises or lowers the contrast of every image."),
                "y = (x − mean) · c + mean, c ~ U(1 − low, 1 + high)", true};
    }
    static Result<Outputs> emit(const RandomContrastParams& p, Emitter& e)
    {
        const bool integer = !isFloating(e.spec(e.input(0)).dtype);
        if (!e.training())
            return passedOn(e, integer ? e.input(0) : e.floatInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        const ValueRef factor = e.drawn("contrast_factor", drawnSpec(frame.batch(), 3));
        const ValueRef y = e.op(ops::adjustContrast(), {frame.images(), factor});
        return Outputs{frame.restored(clipped(e, y, p.valueRange))};
    }
    static Result<Transformation> drawn(const RandomContrastParams& p, const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, 0);
        return Transformation{
            {"contrast_factor", uniformDraw(context, p.seed, 0, 1 - low, 1 + high, 3)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomContrastParams& p)
    {
        const auto [low, high] = endsOf(p.factor, 0);
        return DrawnRange{{"contrast_factor"}, 1 - low, 1 + high};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return "×" + shownNumber(drawnNumber(drawn, "contrast_factor", sample), 2, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"a fifth", ConfigObject{{"factor", 0.2}}, {{2, 4, 5, 3}}},
            {"one image, both ends",
             ConfigObject{{"factor", ConfigList{0.1, 0.6}}, {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerRandomContrast(LayerRegistry& registry)
{
    registry.add<RandomContrast>();
}

} // namespace lb
