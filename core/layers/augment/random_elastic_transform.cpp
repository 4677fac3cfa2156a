#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomElasticTransformParams : WarpParams {
    Factor factor = Factor::of(1);
    Factor scale = Factor::of(1);
    std::array<double, 2> valueRange{0, 255};

    bool operator==(const RandomElasticTransformParams&) const = default;
};

/// Bends images as if they were printed on rubber, by chance and in training only.
///
/// Draws `apply_transform` [batch], `distortion_factor`, one number f for the whole batch, and
/// `noise` [batch, height, width], standard normal. The noise is smoothed with a Gaussian of
/// sigma = 0.05 · f · shorter side and moves pixels by 0.1 · f · longer side times sigma times it,
/// as far down as to the right. Keras keeps a seed in place of the noise.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Masks bend as their images, while Keras draws another field for them. Errors: BadShape in
/// training unless height and width are known; Unsupported where there are boxes, as in Keras.
/// Source: Keras 3 `RandomElasticTransform` on TensorFlow.
class RandomElasticTransform final
    : public RandomLayerOf<RandomElasticTransform, RandomElasticTransformParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomElasticTransform";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandomElasticTransformParams;
        return std::tuple_cat(
            std::tuple{chanceField(&P::factor),
                       field(&P::scale, "scale", LB_TR("Layer", "Scale"))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How strongly images bend, drawn once a batch; one number "
                                       "f means 0 to f.")),
                       field(&P::valueRange, "value_range", LB_TR("Layer", "Value range"))
                           .slider(0.0, 255.0)
                           .help(LB_TR("Layer",
                                       "The values that images have when they come here: 0 to 255, "
                                       "or 0 to 1 after rescaling. The result is kept inside."))},
            warpFields<P>());
    }
    static Result<> validate(const RandomElasticTransformParams& p)
    {
        if (Result<> fits = checkFactor("factor", p.factor, 0, 1); !fits.ok())
            return fits;
        return checkFactor("scale", p.scale, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Bends some of the images as if they were on rubber."),
                "y(p) = x(p + α · d(p)), d = Gaussian σ ∗ (σ · N(0, 1)); α = 0.1 · f · longer "
                "side, σ = 0.05 · f · shorter side, f ~ U(scale)",
                true, true};
    }
    static Result<Outputs> emit(const RandomElasticTransformParams& p, Emitter& e)
    {
        Annotations annotations(e, p.dataFormat);
        if (Result<> fits = annotations.refuseBoxes(); !fits.ok())
            return std::move(fits.error());
        const ValueRef x = e.floatInput(0);
        if (!e.training() || doesNothing(p))
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, p.dataFormat);
        LB_TRY(height, e.knownDim(frame.images(), 1));
        LB_TRY(width, e.knownDim(frame.images(), 2));
        const ValueRef applied
            = e.drawn("apply_transform", drawnSpec(frame.batch(), 0, DType::Bool));
        const ValueRef factor = e.drawn("distortion_factor", {DType::Float32, {}, {}});
        const ValueRef noise
            = e.drawn("noise", {DType::Float32, {frame.batch(), height, width}, {}});
        const auto bent = [&](ValueRef images, const std::string& interpolation) {
            const ValueRef moved = e.op(ops::elasticTransform(), {images, noise, factor},
                                        {{"fill_mode", kerasName(p.fillMode)},
                                         {"interpolation", interpolation},
                                         {"fill_value", p.fillValue}});
            const ValueRef y = e.op(ops::chooseRows(), {applied, moved, images});
            return e.op(ops::clip(), {y}, {{"least", p.valueRange[0]}, {"most", p.valueRange[1]}});
        };
        annotations.moveMasks([&](ValueRef masks) { return bent(masks, "nearest"); }, true);
        return annotations.with(
            frame.restored(bent(frame.images(), kerasName(p.interpolation))));
    }
    static Result<Transformation> drawn(const RandomElasticTransformParams& p,
                                        const DrawContext& context)
    {
        if (doesNothing(p))
            return Transformation{};
        LB_TRY(size, drawnImageSize(context, p.dataFormat));
        const auto [low, high] = endsOf(p.scale, 0);
        const float factor = batchUniform(context, p.seed, 2, low, high);
        const Tensor noise = Tensor::make<float>(
            {std::ssize(context.sampleIds), size.height, size.width}, [&](std::span<float> out) {
                const auto plane = static_cast<std::size_t>(size.height * size.width);
                for (std::size_t i = 0; i < context.sampleIds.size(); ++i)
                    fillNormal(sampleStream(context, p.seed, i), 3,
                               out.subspan(i * plane, plane));
            });
        return Transformation{{"apply_transform", flagDraw(context, p.seed, 0, p.factor)},
                              {"distortion_factor", Tensor::of<float>({}, {factor})},
                              {"noise", noise}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        if (drawnNumber(drawn, "apply_transform", sample) == 0)
            return "–";
        return "~" + shownNumber(drawnNumber(drawn, "distortion_factor", 0), 2, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 6, 5, 3}}},
            {"one image, always, filled",
             ConfigObject{{"factor", ConfigList{1.0, 1.0}},
                          {"scale", ConfigList{0.5, 1.0}},
                          {"fill_mode", "constant"},
                          {"fill_value", 0.5},
                          {"interpolation", "nearest"}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{{"value_range", ConfigList{0, 1}}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
            {"never", ConfigObject{{"factor", 0.0}}, {{2, 6, 5, 3}}},
        };
    }

private:
    static bool doesNothing(const RandomElasticTransformParams& p)
    {
        return endsOf(p.scale, 0)[1] == 0 || endsOf(p.factor, 0)[1] == 0;
    }
};

} // namespace

void registerRandomElasticTransform(LayerRegistry& registry)
{
    registry.add<RandomElasticTransform>();
}

} // namespace lb
