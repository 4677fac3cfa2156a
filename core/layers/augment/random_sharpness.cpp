#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomSharpnessParams : ColorParams {
    Factor factor;

    bool operator==(const RandomSharpnessParams&) const = default;
};

/// Blurs or sharpens every image, in training only.
///
/// Draws `factor` [batch] between the ends; the border darkens with a factor below 0.5, for what
/// lies beyond counts as 0. Shapes: x [batch, height, width, channels] or one image; y as x,
/// float32. Source: Keras 3 `RandomSharpness`.
class RandomSharpness final : public RandomLayerOf<RandomSharpness, RandomSharpnessParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomSharpness";

    static auto fields()
    {
        using P = RandomSharpnessParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::between(0.3, 0.7))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "0 blurs, 0.5 changes nothing, 1 sharpens. A single number "
                                       "f means 0 to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomSharpnessParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage, LB_TR("Layer", "Blurs or sharpens every image."),
                "y = clip(x + (1 − 2f) · (smooth(x) − x)), f ~ U(low, high)", true};
    }
    static Result<Outputs> emit(const RandomSharpnessParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, p.dataFormat);
        const ValueRef factor = e.drawn("factor", drawnSpec(frame.batch(), 0));
        const ValueRef y = e.op(ops::adjustSharpness(), {frame.images(), factor});
        return Outputs{frame.restored(clipped(e, y, sorted(p.valueRange)))};
    }
    static Result<Transformation> drawn(const RandomSharpnessParams& p, const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, 0);
        return Transformation{{"factor", uniformDraw(context, p.seed, 0, low, high)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomSharpnessParams& p)
    {
        const auto [low, high] = endsOf(p.factor, 0);
        return DrawnRange{{"factor"}, low, high};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "factor", sample), 2, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"one number", ConfigObject{{"factor", 0.7}}, {{2, 4, 5, 3}}},
            {"one image, both ends, channels first",
             ConfigObject{{"factor", ConfigList{0.1, 0.6}},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{2, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomSharpness(LayerRegistry& registry)
{
    registry.add<RandomSharpness>();
}

} // namespace lb
