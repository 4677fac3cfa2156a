#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomColorJitterParams : ColorParams {
    std::optional<Factor> brightness, contrast, saturation, hue;

    bool operator==(const RandomColorJitterParams&) const = default;
};

/// Changes brightness, contrast, saturation and hue of every image one after the other, in training
/// only; what has no factor is left out.
///
/// Draws what RandomBrightness, RandomContrast, RandomSaturation and RandomHue draw: `rgb_delta`
/// and `contrast_factor` [batch, 1, 1, 1], `saturation_factor` and `hue_factor` [batch]; the names
/// are ours, for Keras draws them inside. As there the channels stand last whatever `data_format`
/// says.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32 in training, at
/// inference x itself. Errors: BadShape in training unless there are 3 channels where saturation or
/// hue change; BadParameter as the four layers. Source: Keras 3 `RandomColorJitter`.
class RandomColorJitter final : public RandomLayerOf<RandomColorJitter, RandomColorJitterParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomColorJitter";

    static auto fields();
    static Result<> validate(const RandomColorJitterParams& p);
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Changes brightness, contrast, saturation and hue of every image."),
                "y = hue(saturation(contrast(brightness(x))))", true};
    }
    static Result<Outputs> emit(const RandomColorJitterParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const DType own = e.compute();
        const ImageFrame frame(e, e.floatInput(0), DataFormat::ChannelsLast);
        const std::array inside = sorted(p.valueRange);
        ValueRef x = frame.images();
        if (p.brightness)
            x = clipped(e, e.add(x, e.drawn("rgb_delta", drawnSpec(frame.batch(), 3))), inside);
        if (p.contrast) {
            const ValueRef factor = e.drawn("contrast_factor", drawnSpec(frame.batch(), 3));
            x = clipped(e, e.op(ops::adjustContrast(), {x, factor}), p.valueRange);
        }
        // Keras' layers inside name no policy: their factors are float32, and the hue casts to it
        const DType within = own == DType::Float64 ? own : DType::Float32;
        if (p.saturation) {
            const ValueRef factor
                = e.drawnAsIs("saturation_factor", saturationSpec(frame.batch(), *p.saturation));
            x = e.op(ops::adjustSaturation(), {x, e.cast(factor, within)},
                     rangeArgs(inside));
        }
        if (p.hue) {
            const ValueRef turn = e.drawnAsIs("hue_factor", drawnSpec(frame.batch(), 0));
            x = e.op(ops::adjustHue(), {e.cast(x, DType::Float32), turn}, rangeArgs(p.valueRange));
        }
        return Outputs{e.cast(frame.restored(x), own)};
    }
    static Result<Transformation> drawn(const RandomColorJitterParams& p,
                                        const DrawContext& context);
    static std::string shownDraw(const Transformation& drawn, std::size_t sample);
    static std::vector<Example> examples()
    {
        return {
            {"nothing", ConfigObject{}, {{2, 4, 5, 3}}},
            {"all four",
             ConfigObject{{"brightness_factor", 0.2},
                          {"contrast_factor", ConfigList{0.1, 0.3}},
                          {"saturation_factor", ConfigList{0.4, 0.6}},
                          {"hue_factor", 0.1}},
             {{2, 4, 5, 3}}},
            {"one image in 0..1, no hue",
             ConfigObject{{"brightness_factor", ConfigList{-0.1, 0.2}},
                          {"contrast_factor", 0.3},
                          {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

auto RandomColorJitter::fields()
{
    using P = RandomColorJitterParams;
    return std::tuple_cat(
        std::tuple{
            field(&P::brightness, "brightness_factor", LB_TR("Layer", "Brightness"))
                .initial(Factor::of(0.1))
                .slider(-1.0, 1.0)
                .help(LB_TR("Layer",
                            "How much is added, as a part of the value range; one number means "
                            "both ways, empty not at all.")),
            field(&P::contrast, "contrast_factor", LB_TR("Layer", "Contrast"))
                .initial(Factor::between(0.1, 0.1))
                .slider(0.0, 1.0)
                .help(LB_TR("Layer",
                            "Contrast lies between 1 - low and 1 + high; a single number only "
                            "raises it, empty leaves it.")),
            field(&P::saturation, "saturation_factor", LB_TR("Layer", "Saturation"))
                .initial(Factor::between(0.45, 0.55))
                .slider(0.0, 1.0)
                .help(LB_TR("Layer",
                            "0 makes gray, 0.5 or empty changes nothing, towards 1 colours grow "
                            "without limit.")),
            field(&P::hue, "hue_factor", LB_TR("Layer", "Hue"))
                .initial(Factor::of(0.05))
                .slider(0.0, 1.0)
                .help(LB_TR("Layer",
                            "How far the colours turn to either side; 1 is half the circle, empty "
                            "not at all."))},
        colorFields<P>());
}

Result<> RandomColorJitter::validate(const RandomColorJitterParams& p)
{
    const auto check = [](std::string_view key, const std::optional<Factor>& factor, double least) {
        return factor ? checkFactor(key, *factor, least, 1) : Result<>(std::monostate{});
    };
    for (Result<> fits :
         {check("brightness_factor", p.brightness, -1), check("contrast_factor", p.contrast, 0),
          check("saturation_factor", p.saturation, -1), check("hue_factor", p.hue, 0)})
        if (!fits.ok())
            return fits;
    return std::monostate{};
}

/// Draw numbers: 0 brightness, 1 contrast, 2 saturation, 3 and 4 hue.
Result<Transformation> RandomColorJitter::drawn(const RandomColorJitterParams& p,
                                                const DrawContext& context)
{
    Transformation result;
    if (p.brightness) {
        const auto [low, high] = endsOf(*p.brightness, -1);
        const auto [least, most] = sorted(p.valueRange);
        result.emplace("rgb_delta", uniformDraw(context, p.seed, 0, low * (most - least),
                                                high * (most - least), 3));
    }
    if (p.contrast) {
        const auto [low, high] = endsOf(*p.contrast, 0);
        result.emplace("contrast_factor",
                       uniformDraw(context, p.seed, 1, 1 - low, 1 + high, 3));
    }
    if (p.saturation)
        result.emplace("saturation_factor", saturationDraw(context, p.seed, 2, *p.saturation));
    if (p.hue)
        result.emplace("hue_factor", hueDraw(context, p.seed, 3, *p.hue));
    return result;
}

std::string RandomColorJitter::shownDraw(const Transformation& drawn, std::size_t sample)
{
    std::string text;
    const auto say = [&](std::string_view name, auto&& told) {
        if (drawn.contains(name))
            text += (text.empty() ? "" : ", ") + told(drawnNumber(drawn, name, sample));
    };
    say("rgb_delta", [](double x) { return shownNumber(x, x < 2 && x > -2 ? 2 : 0, true); });
    say("contrast_factor", [](double x) { return "×" + shownNumber(x, 2, false); });
    say("saturation_factor", [](double x) { return "×" + shownNumber(x, 2, false); });
    say("hue_factor", [](double x) { return shownNumber(360 * x, 0, true) + "°"; });
    return text.empty() ? "–" : text;
}

} // namespace

void registerRandomColorJitter(LayerRegistry& registry)
{
    registry.add<RandomColorJitter>();
}

} // namespace lb
