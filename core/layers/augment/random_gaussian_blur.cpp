#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomGaussianBlurParams : ColorParams {
    Factor factor = Factor::of(1);
    BothOr<std::int64_t> kernelSize{3, 3};
    Factor sigma = Factor::of(1);

    bool operator==(const RandomGaussianBlurParams&) const = default;
};

/// Blurs images, by chance and in training only.
///
/// Draws `should_apply_blur` [batch]: set where u < p, with p drawn
/// from the factor first; and `blur_factor` [2], the widths of the bell along the two axes, which a
/// whole batch shares. What lies beyond the border counts as 0. Shapes: x [batch, height, width,
/// channels] or one image; y as x, float32. Errors: BadParameter for a kernel of an even size.
/// Source: Keras 3 `RandomGaussianBlur`.
class RandomGaussianBlur final
    : public RandomLayerOf<RandomGaussianBlur, RandomGaussianBlurParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomGaussianBlur";

    static auto fields()
    {
        using P = RandomGaussianBlurParams;
        return std::tuple_cat(
            std::tuple{
                field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "How probable it is that an image is blurred, drawn for every "
                                "image; a single number f means 0 to f.")),
                field(&P::kernelSize, "kernel_size", LB_TR("Layer", "Kernel size"))
                    .least(1)
                    .slider(1, 15)
                    .help(LB_TR("Layer",
                                "How many pixels are mixed, in height and width; odd numbers.")),
                field(&P::sigma, "sigma", LB_TR("Layer", "Sigma"))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "How wide the bell is, in pixels, drawn for a whole batch; a "
                                "single number s means 0 to s."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomGaussianBlurParams& p)
    {
        if (p.kernelSize.first % 2 == 0 || p.kernelSize.second % 2 == 0)
            return Error{ErrorCode::BadParameter, "kernel_size",
                         LB_TR("Error", "must be odd, so that a pixel stands in the middle")};
        const Result<> factor = checkFactor("factor", p.factor, 0, 1);
        return factor.ok() ? checkFactor("sigma", p.sigma, 0, 1) : factor;
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage, LB_TR("Layer", "Blurs some images, by chance."),
                "y = clip(Σ exp(−i²/2σ₁² − j²/2σ₂²) x / Σ) if u < p else x; σ ~ U(sigma)", true,
                true};
    }
    static Result<Outputs> emit(const RandomGaussianBlurParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, p.dataFormat);
        const ValueRef flags
            = e.drawn("should_apply_blur", drawnSpec(frame.batch(), 0, DType::Bool));
        const ValueRef sigma = e.drawn("blur_factor", {DType::Float32, {2}, {}});
        const ValueRef y
            = e.op(ops::gaussianBlur(), {frame.images(), flags, sigma},
                   {{"height", p.kernelSize.first}, {"width", p.kernelSize.second}});
        return Outputs{frame.restored(clipped(e, y, p.valueRange))};
    }
    static Result<Transformation> drawn(const RandomGaussianBlurParams& p,
                                        const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.sigma, 0);
        DrawContext batch = context;
        batch.sampleIds = std::span(&context.batchIndex, 1);
        const auto sigma = [&](std::uint32_t number) {
            return uniformDraw(batch, p.seed, number, low, high).values<float>()[0] + 1e-6f;
        };
        return Transformation{{"should_apply_blur", flagDraw(context, p.seed, 0, p.factor)},
                              {"blur_factor", Tensor::of<float>({2}, {sigma(2), sigma(3)})}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        if (drawnNumber(drawn, "should_apply_blur", sample) == 0)
            return "–";
        return "σ " + shownNumber(drawnNumber(drawn, "blur_factor", 0), 2, false) + ", "
            + shownNumber(drawnNumber(drawn, "blur_factor", 1), 2, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image, always, two sizes, channels first",
             ConfigObject{{"factor", ConfigList{1.0, 1.0}},
                          {"kernel_size", ConfigList{3, 5}},
                          {"sigma", ConfigList{0.5, 0.9}},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{2, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomGaussianBlur(LayerRegistry& registry)
{
    registry.add<RandomGaussianBlur>();
}

} // namespace lb
