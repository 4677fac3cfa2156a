#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomColorDegenerationParams : ColorParams {
    Factor factor;

    bool operator==(const RandomColorDegenerationParams&) const = default;
};

/// Mixes every image with its gray one, in training only.
///
/// Draws `factor` [batch, 1, 1, 1], the share of gray; below 0 colours grow, which happens with a
/// single number f, for it means -f to f. Shapes: x [batch, height, width, 3 or 1] or one image; y
/// as x, float32 in training, at inference x itself.
/// Errors: BadShape in training for another number of channels.
/// Source: Keras 3 `RandomColorDegeneration`.
class RandomColorDegeneration final
    : public RandomLayerOf<RandomColorDegeneration, RandomColorDegenerationParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomColorDegeneration";

    static auto fields()
    {
        using P = RandomColorDegenerationParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::between(0, 0.5))
                           .least(-1.0)
                           .most(1.0)
                           .slider(-1.0, 1.0)
                           .help(LB_TR("Layer",
                                       "0 changes nothing, 1 makes gray, below 0 colours grow. A "
                                       "single number f means -f to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomColorDegenerationParams& p)
    {
        return checkFactor("factor", p.factor, -1, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Makes the colours of every image dull."),
                "y = clip(x + f · (gray(x) − x)), f ~ U(low, high)", true};
    }
    static Result<Outputs> emit(const RandomColorDegenerationParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        const ValueRef factor = e.drawn("factor", drawnSpec(frame.batch(), 3));
        const ValueRef y = e.op(ops::degenerateColor(), {frame.images(), factor});
        return Outputs{frame.restored(clipped(e, y, sorted(p.valueRange)))};
    }
    static Result<Transformation> drawn(const RandomColorDegenerationParams& p,
                                        const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        return Transformation{{"factor", uniformDraw(context, p.seed, 0, low, high, 3)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomColorDegenerationParams& p)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        return DrawnRange{{"factor"}, low, high};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "factor", sample), 2, true);
    }
    static std::vector<Example> examples()
    {
        return {
            {"one number", ConfigObject{{"factor", 0.7}}, {{2, 4, 5, 3}}},
            {"one image, both ends, channels first",
             ConfigObject{{"factor", ConfigList{0.1, 0.6}},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{3, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomColorDegeneration(LayerRegistry& registry)
{
    registry.add<RandomColorDegeneration>();
}

} // namespace lb
