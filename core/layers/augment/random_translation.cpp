#include "core/layers/random_image.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomTranslationParams : WarpParams {
    Factor heightFactor;
    Factor widthFactor;

    bool operator==(const RandomTranslationParams&) const = default;
};

/// Moves every image by a part of its size, in training only.
/// Units: draws `translations` [batch, 2] = [right, down] in pixels, not rounded.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Source: Keras 3 `RandomTranslation`.
class RandomTranslation final : public RandomLayerOf<RandomTranslation, RandomTranslationParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomTranslation";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandomTranslationParams;
        return std::tuple_cat(
            std::tuple{field(&P::heightFactor, "height_factor", LB_TR("Layer", "Height factor"))
                           .required(Factor::between(-0.1, 0.1))
                           .least(-1.0)
                           .most(1.0)
                           .slider(-0.5, 0.5)
                           .help(LB_TR("Layer",
                                       "How far images move, as a part of their height; "
                                       "positive is down. One number means both ways.")),
                       field(&P::widthFactor, "width_factor", LB_TR("Layer", "Width factor"))
                           .required(Factor::between(-0.1, 0.1))
                           .least(-1.0)
                           .most(1.0)
                           .slider(-0.5, 0.5)
                           .help(LB_TR("Layer",
                                       "How far images move, as a part of their width; "
                                       "positive is right."))},
            warpFields<P>());
    }
    static Result<> validate(const RandomTranslationParams& p)
    {
        if (Result<> fits = checkEnds("height_factor", p.heightFactor, -1, 1, false); !fits.ok())
            return fits;
        return checkEnds("width_factor", p.widthFactor, -1, 1, false);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Moves every image by a distance of its own."),
                "y(p) = x(p − d), d ~ (width · U(low, high), height · U(low, high))", true};
    }
    static Result<Outputs> emit(const RandomTranslationParams& p, Emitter& e)
    {
        ValueRef moves;
        return emitWarp(
            p, e,
            [&](const ImageFrame& frame) {
                moves = e.drawnAsIs("translations", {DType::Float32, {frame.batch(), 2}, {}});
                return e.op(ops::translationMatrix(), {moves});
            },
            [&](BoxFrame& boxes, ValueRef images, ValueRef) {
                boxes.read("xyxy", images);
                boxes.apply(ops::shiftBoxes(), {moves});
                boxes.clip(images);
                boxes.write("xyxy", images);
            });
    }
    static Result<Transformation> drawn(const RandomTranslationParams& p,
                                        const DrawContext& context)
    {
        LB_TRY(size, drawnImageSize(context, p.dataFormat));
        const auto moves = [&](const Factor& factor, std::uint32_t number, std::int64_t length) {
            const auto [low, high] = endsOf(factor, -1);
            const auto pixels = static_cast<double>(length);
            return uniformDraw(context, p.seed, number, low * pixels, high * pixels);
        };
        const Tensor down = moves(p.heightFactor, 0, size.height);
        const Tensor right = moves(p.widthFactor, 1, size.width);
        const std::int64_t count = down.shape()[0];
        return Transformation{{"translations", Tensor::make<float>({count, 2}, [&](auto out) {
                                   for (std::size_t i = 0; i < out.size(); ++i)
                                       out[i]
                                           = (i % 2 ? down : right).template values<float>()[i / 2];
                               })}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "translations", 2 * sample), 1, true) + ", "
            + shownNumber(drawnNumber(drawn, "translations", 2 * sample + 1), 1, true) + " px";
    }
    static std::vector<Example> examples()
    {
        return {
            {"a fifth",
             ConfigObject{{"height_factor", 0.2}, {"width_factor", 0.2}},
             {{2, 6, 5, 3}}},
            {"one image, one way, nearest",
             ConfigObject{{"height_factor", ConfigList{0.0, 0.3}},
                          {"width_factor", 0.0},
                          {"fill_mode", "nearest"}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{
                 {"height_factor", 0.5}, {"width_factor", 0.1}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }
};

} // namespace

void registerRandomTranslation(LayerRegistry& registry)
{
    registry.add<RandomTranslation>();
}

} // namespace lb
