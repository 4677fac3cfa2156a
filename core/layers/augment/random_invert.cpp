#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomInvertParams : ColorParams {
    Factor factor = Factor::of(1);

    bool operator==(const RandomInvertParams&) const = default;
};

/// Turns images into their negative, by chance and in training only.
///
/// Draws `apply_inversion` [batch]: set where u < p, with p drawn from the factor first; so a
/// single number f inverts f / 2 of the images. Shapes: x [batch, height, width, channels] or one
/// image; y as x, float32 in training, at inference x itself. Source: Keras 3 `RandomInvert`.
class RandomInvert final : public RandomLayerOf<RandomInvert, RandomInvertParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomInvert";

    static auto fields()
    {
        using P = RandomInvertParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How probable it is that an image is inverted, drawn for "
                                       "every image; a single number f means 0 to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomInvertParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Turns some images into their negative, by chance."),
                "y = most − x if u < p else x; u ~ U(0, 1), p ~ U(low, high)", true};
    }
    static Result<Outputs> emit(const RandomInvertParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), DataFormat::ChannelsLast); // all axes alike
        const ValueRef flags
            = e.drawn("apply_inversion", drawnSpec(frame.batch(), 0, DType::Bool));
        return Outputs{frame.restored(
            e.op(ops::invertWhere(), {frame.images(), flags}, {{"most", p.valueRange[1]}}))};
    }
    static Result<Transformation> drawn(const RandomInvertParams& p, const DrawContext& context)
    {
        return Transformation{{"apply_inversion", flagDraw(context, p.seed, 0, p.factor)}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return drawnNumber(drawn, "apply_inversion", sample) != 0 ? "◐" : "–";
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image in 0..1, always",
             ConfigObject{{"factor", ConfigList{1.0, 1.0}}, {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerRandomInvert(LayerRegistry& registry)
{
    registry.add<RandomInvert>();
}

} // namespace lb
