#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct MixUpParams {
    double alpha = 0.2;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const MixUpParams&) const = default;
};

/// Blends every image with another one of its batch, in training only. A second input holds the
/// labels [batch, classes], blended alike, and makes a second output.
/// Draws `mix_weight` [batch], the own share, and `permutation_order` [batch], the other image.
/// Shapes: x [batch, height, width, channels] or one image (which stays); y as x, float32 in
/// training, at inference x itself. Source: Keras 3 `MixUp`.
class MixUp final : public RandomLayerOf<MixUp, MixUpParams> {
public:
    static constexpr std::string_view kKerasClass = "MixUp";

    static auto fields()
    {
        using P = MixUpParams;
        return std::tuple_cat(
            std::tuple{
                field(&P::alpha, "alpha", LB_TR("Layer", "Alpha"))
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "How evenly two images mix: near 0 one of both prevails, 1 makes "
                                "every share as probable."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Blends every image with another one of its batch."),
                "y[i] = λ[i] · x[i] + (1 − λ[i]) · x[π(i)], λ ~ Beta(α, α), π a permutation",
                true, true};
    }
    static Result<Outputs> emit(const MixUpParams& p, Emitter& e)
    {
        if (e.isAnnotated() && (e.inputCount() > 2 || e.roles()[1] != Role::Labels))
            return annotationsRefused(); // Keras' own results have no meaning, or it refuses
        if (!e.training()) {
            LB_TRY(images, passedOn(e, e.autocastInput(0), p.dataFormat));
            if (e.inputCount() > 1)
                images.push_back(e.input(1));
            return images;
        }
        const ImageFrame frame(e, e.floatInput(0), DataFormat::ChannelsLast); // rows are whole
        const Spec spec = drawnSpec(frame.batch(), 0);
        const ValueRef weight = e.drawn("mix_weight", spec);
        const ValueRef order
            = e.drawn("permutation_order", drawnSpec(frame.batch(), 0, DType::Int64));
        Outputs outputs{frame.restored(e.op(ops::mixRows(), {frame.images(), order, weight}))};
        if (e.inputCount() > 1)
            outputs.push_back(e.op(ops::mixRows(), {e.floatInput(1), order, weight}));
        return outputs;
    }
    static Result<Transformation> drawn(const MixUpParams& p, const DrawContext& context)
    {
        const std::size_t count = context.sampleIds.size();
        const Tensor weight
            = Tensor::make<float>({static_cast<std::int64_t>(count)}, [&](std::span<float> out) {
                  for (std::size_t i = 0; i < count; ++i)
                      out[i] = betaNumber(sampleStream(context, p.seed, i), 1, p.alpha);
              });
        return Transformation{{"mix_weight", weight},
                              {"permutation_order", shuffledRows(context, p.seed, 0, count)}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return "×" + shownNumber(drawnNumber(drawn, "mix_weight", sample), 2, false) + " + #"
            + shownNumber(drawnNumber(drawn, "permutation_order", sample) + 1, 0, false);
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{4, 3, 2, 3}}},
            {"with labels", ConfigObject{{"alpha", 1.0}}, {{4, 3, 2, 1}, {4, 5}}},
            {"one image", ConfigObject{}, {{3, 2, 3}}},
        };
    }
};

} // namespace

void registerMixUp(LayerRegistry& registry)
{
    registry.add<MixUp>();
}

} // namespace lb
