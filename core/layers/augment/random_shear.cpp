#include "core/layers/random_image.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomShearParams : WarpParams {
    Factor xFactor = Factor::of(0);
    Factor yFactor = Factor::of(0);

    bool operator==(const RandomShearParams&) const = default;
};

/// Shears every image along its sides, in training only. The top left pixel stays.
/// Units: draws `shear_factor` [batch, 2] = [x, y]: pixels to the side for every pixel across. Both
/// have one sign, by chance. Shapes: x [batch, height, width, channels] or one image; y as x,
/// float32. Keras writes a single number f as [-f, f], which it refuses to read; here that is f
/// again, while any other end below 0 is refused as in Keras. Source: Keras 3 `RandomShear`.
class RandomShear final : public RandomLayerOf<RandomShear, RandomShearParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomShear";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandomShearParams;
        return std::tuple_cat(
            std::tuple{
                field(&P::xFactor, "x_factor", LB_TR("Layer", "Factor along x"))
                    .initial(Factor::between(0, 0.2))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 0.5)
                    .help(LB_TR("Layer",
                                "How far rows move to the side for every row further down; the "
                                "direction is drawn.")),
                field(&P::yFactor, "y_factor", LB_TR("Layer", "Factor along y"))
                    .initial(Factor::between(0, 0.2))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 0.5)
                    .help(LB_TR("Layer",
                                "How far columns move up or down for every column further right."))},
            warpFields<P>());
    }
    static Result<> validate(const RandomShearParams& p)
    {
        if (Result<> fits = checked("x_factor", p.xFactor); !fits.ok())
            return fits;
        return checked("y_factor", p.yFactor);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Shears every image by factors of its own."),
                "y(i, j) = x(i + b · j, j + a · i), a ~ ±U(x low, x high), b ~ ±U(y low, y high)",
                true};
    }
    static Result<Outputs> emit(const RandomShearParams& p, Emitter& e)
    {
        ValueRef factors;
        return emitWarp(
            p, e,
            [&](const ImageFrame& frame) {
                factors = e.drawn("shear_factor", {DType::Float32, {frame.batch(), 2}, {}});
                return e.op(ops::shearMatrix(), {factors});
            },
            [&](BoxFrame& boxes, ValueRef images, ValueRef) {
                boxes.read("rel_xyxy", images);
                boxes.apply(ops::shearBoxes(), {factors});
                boxes.clip(images, true);
                boxes.write("rel_xyxy", images);
            });
    }
    static Result<Transformation> drawn(const RandomShearParams& p, const DrawContext& context)
    {
        const auto factors = [&](const Factor& factor, std::uint32_t number) {
            const auto [low, high] = endsOf(factor, -1);
            return uniformDraw(context, p.seed, number, low, high);
        };
        const Tensor sign = uniformDraw(context, p.seed, 0, 0, 1);
        const Tensor along[] = {factors(p.xFactor, 2), factors(p.yFactor, 1)};
        return Transformation{
            {"shear_factor", Tensor::make<float>({sign.shape()[0], 2}, [&](std::span<float> out) {
                 for (std::size_t i = 0; i < out.size(); ++i) {
                     const float factor = along[i % 2].values<float>()[i / 2];
                     out[i] = sign.values<float>()[i / 2] > 0.5f ? -factor : factor;
                 }
             })}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(drawnNumber(drawn, "shear_factor", 2 * sample), 2, true) + ", "
            + shownNumber(drawnNumber(drawn, "shear_factor", 2 * sample + 1), 2, true);
    }
    static std::vector<Example> examples()
    {
        return {
            {"both ways",
             ConfigObject{{"x_factor", ConfigList{0.0, 0.3}}, {"y_factor", ConfigList{0.1, 0.2}}},
             {{2, 6, 5, 3}}},
            {"one image along x, filled",
             ConfigObject{{"x_factor", 0.5}, {"fill_mode", "constant"}, {"fill_value", 0.5}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{{"y_factor", 0.4}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }

private:
    static Result<> checked(const char* key, const Factor& factor)
    {
        const bool single = !factor.scalar && factor.low == -factor.high;
        return checkEnds(key, single ? Factor::of(std::abs(factor.high)) : factor, 0, 1, false);
    }
};

} // namespace

void registerRandomShear(LayerRegistry& registry)
{
    registry.add<RandomShear>();
}

} // namespace lb
