#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomGrayscaleParams {
    double factor = 0.5;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandomGrayscaleParams&) const = default;
};

/// Takes the colours out of images, by chance and in training only.
///
/// Draws `should_apply` [batch, 1, 1, 1]: set where u < factor. Shapes: x [batch, height, width, 3
/// or 1] or one image; y as x, of x's dtype: integers are cut off towards 0.
/// Errors: BadShape in training for another number of channels. Source: Keras 3 `RandomGrayscale`,
/// whose config lacks the seed.
class RandomGrayscale final : public RandomLayerOf<RandomGrayscale, RandomGrayscaleParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomGrayscale";

    static auto fields()
    {
        using P = RandomGrayscaleParams;
        return std::tuple{
            field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                .least(0.0)
                .most(1.0)
                .slider(0.0, 1.0)
                .help(LB_TR("Layer", "How probable it is that an image loses its colours.")),
            field(&P::seed, "seed", LB_TR("Layer", "Seed"))
                .advanced()
                .help(LB_TR("Layer",
                            "Gives this layer draws of its own; empty: those of the project.")),
            dataFormatField(&P::dataFormat),
        };
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Takes the colours out of some images, by chance."),
                "y = 0.2989 r + 0.587 g + 0.114 b if u < factor, else x; u ~ U(0, 1)", true};
    }
    static Result<Outputs> emit(const RandomGrayscaleParams& p, Emitter& e)
    {
        if (e.isAnnotated())
            return annotationsRefused();
        const ValueRef x = e.autocastInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, p.dataFormat);
        const ValueRef flags = e.drawn("should_apply", drawnSpec(frame.batch(), 3, DType::Bool));
        return Outputs{frame.restored(e.op(ops::grayscaleWhere(), {frame.images(), flags}))};
    }
    static Result<Transformation> drawn(const RandomGrayscaleParams& p, const DrawContext& context)
    {
        const Tensor u = uniformDraw(context, p.seed, 0, 0, 1, 3);
        const float factor = static_cast<float>(p.factor);
        return Transformation{
            {"should_apply", Tensor::make<bool>(u.shape(), [&](std::span<bool> out) {
                 std::ranges::transform(u.values<float>(), out.begin(),
                                        [&](float value) { return value < factor; });
             })}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return drawnNumber(drawn, "should_apply", sample) != 0 ? "gray" : "–";
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image, always", ConfigObject{{"factor", 1.0}}, {{4, 5, 3}}},
            {"bytes, channels first",
             ConfigObject{{"data_format", "channels_first"}},
             {Spec{DType::UInt8, {2, 3, 4, 5}, {}}}},
        };
    }
};

} // namespace

void registerRandomGrayscale(LayerRegistry& registry)
{
    registry.add<RandomGrayscale>();
}

} // namespace lb
