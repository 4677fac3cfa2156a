#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomSaturationParams : ColorParams {
    Factor factor;

    bool operator==(const RandomSaturationParams&) const = default;
};

/// Makes the colours of every image stronger or weaker, in training only.
///
/// Draws `factor` [batch], by which the saturation is multiplied: f / (1 - f) of what is drawn
/// between the factor's ends, so that 0.5 changes nothing. Keras does not rescale the images, and
/// keeps the saturation, a number from 0 to 1, inside the value range: of 0..255 it may grow over
/// 1, and then channels fall below 0. Integers become float32 first, as they do in Keras where the
/// layer runs in a pipeline; called by itself it refuses them there.
/// Shapes: x [batch, height, width, 3] or one image; y as x, at inference x itself.
/// Errors: BadShape in training for another number of channels. Source: Keras 3 `RandomSaturation`.
class RandomSaturation final : public RandomLayerOf<RandomSaturation, RandomSaturationParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomSaturation";

    static auto fields()
    {
        using P = RandomSaturationParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::between(0.4, 0.6))
                           .least(-1.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "0 makes gray, 0.5 changes nothing, towards 1 colours grow "
                                       "without limit. A single number f means -f to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomSaturationParams& p)
    {
        return checkFactor("factor", p.factor, -1, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Makes the colours of every image stronger or weaker."),
                "saturation = clip(saturation · f / (1 − f)), f ~ U(low, high)", true};
    }
    static Result<Outputs> emit(const RandomSaturationParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        const ValueRef factor = e.drawn("factor", saturationSpec(frame.batch(), p.factor));
        return Outputs{frame.restored(e.op(ops::adjustSaturation(), {frame.images(), factor},
                                           rangeArgs(sorted(p.valueRange))))};
    }
    static Result<Transformation> drawn(const RandomSaturationParams& p,
                                        const DrawContext& context)
    {
        return Transformation{{"factor", saturationDraw(context, p.seed, 0, p.factor)}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return "×" + shownNumber(drawnNumber(drawn, "factor", sample), 2, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"a fifth", ConfigObject{{"factor", 0.2}}, {{2, 4, 5, 3}}},
            {"one image, both ends, channels first",
             ConfigObject{{"factor", ConfigList{0.4, 0.6}},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{3, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomSaturation(LayerRegistry& registry)
{
    registry.add<RandomSaturation>();
}

} // namespace lb
