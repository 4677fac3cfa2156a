#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct SolarizationParams : ColorParams {
    Factor additionFactor = Factor::of(0);
    Factor thresholdFactor = Factor::of(0);

    bool operator==(const SolarizationParams&) const = default;
};

/// Brightens every image and turns what then reaches a threshold into its negative, in training
/// only.
///
/// Draws `additions` and `thresholds` [batch, 1, 1, 1] in 0..255, whatever the value range: from
/// the lower end of a factor itself, as Keras does, to 255 times the upper one. Shapes: x [batch,
/// height, width, channels] or one image; y as x, float32. Source: Keras 3 `Solarization`.
class Solarization final : public RandomLayerOf<Solarization, SolarizationParams> {
public:
    static constexpr std::string_view kKerasClass = "Solarization";

    static auto fields()
    {
        using P = SolarizationParams;
        return std::tuple_cat(
            std::tuple{
                field(&P::additionFactor, "addition_factor", LB_TR("Layer", "Addition"))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "How much is added first, as a part of the value range; one "
                                "number f means 0 to f.")),
                field(&P::thresholdFactor, "threshold_factor", LB_TR("Layer", "Threshold"))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "From where on values are inverted, as a part of the value range; "
                                "one number f means 0 to f."))},
            colorFields<P>());
    }
    static Result<> validate(const SolarizationParams& p)
    {
        const Result<> addition = checkEnds("addition_factor", p.additionFactor, 0, 1, false);
        return addition.ok() ? checkEnds("threshold_factor", p.thresholdFactor, 0, 1, false)
                             : addition;
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Turns the bright parts of every image into their negative."),
                "y = z if z < t else 255 − z; z = clip(x + a), a, t ~ U(low, 255 · high)", true};
    }
    static Result<Outputs> emit(const SolarizationParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, DataFormat::ChannelsLast); // treats all axes alike
        const ValueRef additions = e.drawn("additions", drawnSpec(frame.batch(), 3));
        const ValueRef thresholds = e.drawn("thresholds", drawnSpec(frame.batch(), 3));
        return Outputs{frame.restored(e.op(ops::solarize(), {frame.images(), additions, thresholds},
                                           rangeArgs(sorted(p.valueRange))))};
    }
    static Result<Transformation> drawn(const SolarizationParams& p, const DrawContext& context)
    {
        const auto draw = [&](const Factor& factor, std::uint32_t number) {
            const auto [low, high] = endsOf(factor, 0);
            return uniformDraw(context, p.seed, number, low, 255 * high, 3);
        };
        return Transformation{{"additions", draw(p.additionFactor, 0)},
                              {"thresholds", draw(p.thresholdFactor, 1)}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "additions", sample), 0, true) + " ≥ "
            + shownNumber(drawnNumber(drawn, "thresholds", sample), 0, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image, both factors",
             ConfigObject{{"addition_factor", ConfigList{0.1, 0.3}},
                          {"threshold_factor", 0.5},
                          {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerSolarization(LayerRegistry& registry)
{
    registry.add<Solarization>();
}

} // namespace lb
