#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomHueParams : ColorParams {
    Factor factor;

    bool operator==(const RandomHueParams&) const = default;
};

/// Turns the hue of every image, in training only.
///
/// Draws `factor` [batch], the turn in parts of the whole circle: half of what is drawn between the
/// factor's ends, to either side with the same probability. Shapes: x [batch, height, width, 3] or
/// one image; y as x, float32 in training, at inference x itself.
/// Errors: BadShape in training for another number of channels. Source: Keras 3 `RandomHue`.
class RandomHue final : public RandomLayerOf<RandomHue, RandomHueParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomHue";

    static auto fields()
    {
        using P = RandomHueParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .required(Factor::of(0.2))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How far the colours turn to either side; 1 is half the "
                                       "circle. A single number f means 0 to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomHueParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage, LB_TR("Layer", "Turns the hue of every image."),
                "hue = hue ± f / 2 (mod 1), f ~ U(low, high)", true};
    }
    static Result<Outputs> emit(const RandomHueParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        const bool moved = p.valueRange != std::array{0.0, 1.0}; // then Keras computes in float32
        const Spec turns = drawnSpec(frame.batch(), 0);
        const ValueRef turn = moved ? e.drawnAsIs("factor", turns) : e.drawn("factor", turns);
        return Outputs{frame.restored(
            e.op(ops::adjustHue(), {frame.images(), turn}, rangeArgs(p.valueRange)))};
    }
    static Result<Transformation> drawn(const RandomHueParams& p, const DrawContext& context)
    {
        return Transformation{{"factor", hueDraw(context, p.seed, 0, p.factor)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomHueParams& p)
    {
        const auto [low, high] = endsOf(p.factor, 0);
        if (low != 0) // two ranges, one to either side
            return std::nullopt;
        return DrawnRange{{"factor"}, -high / 2, high / 2};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(360 * drawnNumber(drawn, "factor", sample), 0, true) + "°";
    }
    static std::vector<Example> examples()
    {
        return {
            {"a fifth", ConfigObject{{"factor", 0.2}}, {{2, 4, 5, 3}}},
            {"one image, both ends, channels first",
             ConfigObject{{"factor", ConfigList{0.1, 0.6}},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{3, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomHue(LayerRegistry& registry)
{
    registry.add<RandomHue>();
}

} // namespace lb
