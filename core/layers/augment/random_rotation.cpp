#include "core/layers/random_image.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomRotationParams : WarpParams {
    Factor factor;

    bool operator==(const RandomRotationParams&) const = default;
};

/// Turns every image by an angle of its own about its centre, in training only.
/// Units: `factor` in full turns, counter-clockwise; draws `angle` [batch] in degrees.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Boxes are read as xyxy whatever their format is, and written in it.
/// Source: Keras 3 `RandomRotation`.
class RandomRotation final : public RandomLayerOf<RandomRotation, RandomRotationParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomRotation";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        return std::tuple_cat(
            std::tuple{
                field(&RandomRotationParams::factor, "factor", LB_TR("Layer", "Factor"))
                    .required(Factor::between(-0.1, 0.1))
                    .least(-1.0)
                    .most(1.0)
                    .slider(-0.5, 0.5)
                    .help(LB_TR("Layer",
                                "How far images turn, in full turns; positive is "
                                "counter-clockwise. 0.1 means -0.1 to 0.1, 36° either way."))},
            warpFields<RandomRotationParams>());
    }
    static Result<> validate(const RandomRotationParams& p)
    {
        return checkFactor("factor", p.factor, -1, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Turns every image by an angle of its own."),
                "y(p) = x(R(angle) · (p − c) + c), angle ~ U(360 · low, 360 · high)", true};
    }
    static Result<Outputs> emit(const RandomRotationParams& p, Emitter& e)
    {
        return emitWarp(
            p, e,
            [&](const ImageFrame& frame) {
                const ValueRef angle = e.drawnAsIs("angle", drawnSpec(frame.batch(), 0));
                return e.op(ops::rotationMatrix(), {angle, frame.images()});
            },
            [](BoxFrame& boxes, ValueRef images, ValueRef matrix) {
                boxes.apply(ops::warpBoxes(), {matrix});
                boxes.clip(images);
                boxes.write("xyxy", images);
            });
    }
    static Result<Transformation> drawn(const RandomRotationParams& p, const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        return Transformation{{"angle", uniformDraw(context, p.seed, 0, 360 * low, 360 * high)}};
    }
    static std::optional<DrawnRange> drawnRange(const RandomRotationParams& p)
    {
        const auto [low, high] = endsOf(p.factor, -1);
        return DrawnRange{{"angle"}, 360 * low, 360 * high};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "angle", sample), 1, true) + "°";
    }
    static std::vector<Example> examples()
    {
        return {
            {"a tenth of a turn", ConfigObject{{"factor", 0.1}}, {{2, 6, 5, 3}}},
            {"one image, both ends, filled",
             ConfigObject{{"factor", ConfigList{-0.1, 0.3}},
                          {"fill_mode", "constant"},
                          {"fill_value", 0.5},
                          {"interpolation", "nearest"}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{{"factor", 0.5}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }
};

} // namespace

void registerRandomRotation(LayerRegistry& registry)
{
    registry.add<RandomRotation>();
}

} // namespace lb
