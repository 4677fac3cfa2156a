#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

struct CutMixParams {
    Factor factor = Factor::of(1);
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const CutMixParams&) const = default;
};

/// Puts a rectangle of another image of the batch into every image, in training only. A second
/// input holds the labels [batch, classes], blended by area, and makes a second output.
///
/// Draws `permutation_order` [batch], the other image, `batch_masks` (as the images; set inside the
/// rectangle) and `mix_weight` [batch, 1, 1, 1], the share that is left of the own image. The alpha
/// of its Beta distribution is drawn once a batch between the ends of `factor`.
/// Shapes: x [batch, height, width, channels], or one image, which stays; y as x, float32.
/// Source: Keras 3 `CutMix`.
class CutMix final : public RandomLayerOf<CutMix, CutMixParams> {
public:
    static constexpr std::string_view kKerasClass = "CutMix";

    static auto fields()
    {
        using P = CutMixParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How much the size of rectangles varies, drawn once a "
                                       "batch; one number f means 0 to f."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static Result<> validate(const CutMixParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Puts a part of another image of the batch into every image."),
                "y[i] = x[π(i)] inside √(1 − λ[i]) · (height × width), else x[i]; "
                "λ ~ Beta(α, α), α ~ U(low, high)",
                true, true};
    }
    static Result<Outputs> emit(const CutMixParams& p, Emitter& e)
    {
        if (e.isAnnotated() && (e.inputCount() > 2 || e.roles()[1] != Role::Labels))
            return annotationsRefused(); // Keras' own results have no meaning, or it refuses
        const ValueRef x = e.floatInput(0);
        const bool single = e.rank(x) == 3;
        if (!e.training() || single) {
            LB_TRY(images, passedOn(e, x, p.dataFormat));
            if (e.inputCount() > 1)
                images.push_back(e.input(1));
            return images;
        }
        if (e.compute() == DType::BFloat16)
            return notComputedIn(e.compute());
        const ImageFrame frame(e, x, DataFormat::ChannelsLast); // masks are drawn as images stand
        const ValueRef order
            = e.drawn("permutation_order", drawnSpec(frame.batch(), 0, DType::Int32));
        const ValueRef masks = e.drawn("batch_masks", {DType::Bool, e.spec(x).shape, {}});
        Outputs outputs{
            e.op(ops::where(), {masks, e.op(ops::takeRows(), {frame.images(), order}), x})};
        if (e.inputCount() > 1) {
            const ValueRef drawn = e.drawn("mix_weight", drawnSpec(frame.batch(), 3));
            const ValueRef weight = e.op(ops::reshape(), {drawn}, {{"shape", ConfigList{-1}}});
            outputs.push_back(e.op(ops::mixRows(), {e.floatInput(1), order, weight}));
        }
        return outputs;
    }
    static Result<Transformation> drawn(const CutMixParams& p, const DrawContext& context);
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        if (drawn.empty())
            return "–";
        const double share = 1 - drawnNumber(drawn, "mix_weight", sample);
        return shownNumber(100 * share, 0, false) + " % #"
            + shownNumber(drawnNumber(drawn, "permutation_order", sample) + 1, 0, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{4, 5, 6, 3}}},
            {"with labels", ConfigObject{{"factor", ConfigList{0.4, 0.9}}}, {{4, 5, 6, 1}, {4, 5}}},
            {"one image", ConfigObject{}, {{3, 2, 3}}},
            {"channels first", ConfigObject{{"data_format", "channels_first"}}, {{2, 3, 5, 6}}},
        };
    }
};

/// Draw numbers as Keras' order: 0 alpha, 1 and 2 weight, 3 column, 4 row, 5 permutation.
Result<Transformation> CutMix::drawn(const CutMixParams& p, const DrawContext& context)
{
    LB_TRY(size, drawnImageSize(context, p.dataFormat));
    Shape shape = context.inputs[0].shape;
    if (shape.size() == 3)
        return Transformation{};
    const std::size_t count = context.sampleIds.size();
    shape[0] = static_cast<std::int64_t>(count);
    const bool channelsFirst = p.dataFormat == DataFormat::ChannelsFirst;
    const auto [low, high] = endsOf(p.factor, 0);
    const double alpha = static_cast<double>(batchUniform(context, p.seed, 0, low, high) + 1e-6f);
    std::vector<float> weights(count);
    const Tensor masks = Tensor::make<bool>(shape, [&](std::span<bool> out) {
        for (std::size_t i = 0; i < count; ++i) {
            const RandomStream stream = sampleStream(context, p.seed, i);
            const float ratio = std::sqrt(1 - betaNumber(stream, 1, alpha));
            const RectangleMask rectangle = rectangleOf(stream, 3, ratio, ratio, size);
            rectangle.fill(out.subspan(i * (out.size() / count), out.size() / count), size,
                           channelsFirst);
            weights[i] = 1 - rectangle.area() / static_cast<float>(size.width * size.height);
        }
    });
    return Transformation{
        {"permutation_order", shuffledRows(context, p.seed, 5, count)},
        {"batch_masks", masks},
        {"mix_weight", Tensor::make<float>({shape[0], 1, 1, 1}, [&](std::span<float> out) {
             std::ranges::copy(weights, out.begin());
         })}};
}

} // namespace

void registerCutMix(LayerRegistry& registry)
{
    registry.add<CutMix>();
}

} // namespace lb
