#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

struct RandomPosterizationParams : ColorParams {
    Factor factor;

    bool operator==(const RandomPosterizationParams&) const = default;
};

bool isWhole(double number)
{
    return std::trunc(number) == number && std::abs(number) < 1e6;
}

/// Keeps the highest bits of every byte of an image only, in training only.
///
/// Draws `shift_factor` [batch], uint8: 8 - bits, where bits lies from the lower end of the factor
/// on below its upper end, or is both if they are equal; more than 7 count as 7. Shapes: x [batch,
/// height, width, channels] or one image; y as x, float32 in training, at inference x itself.
/// Errors: BadParameter unless the ends are integers of which one lies in 1..8.
/// Source: Keras 3 `RandomPosterization`.
class RandomPosterization final
    : public RandomLayerOf<RandomPosterization, RandomPosterizationParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomPosterization";

    static auto fields()
    {
        using P = RandomPosterizationParams;
        return std::tuple_cat(
            std::tuple{field(&P::factor, "factor", LB_TR("Layer", "Bits"))
                           .required(Factor::between(2, 6))
                           .least(1.0)
                           .most(8.0)
                           .slider(1.0, 8.0)
                           .help(LB_TR("Layer",
                                       "How many bits of a byte are kept: from the lower number to "
                                       "below the upper one; a single number f means 1 to f."))},
            colorFields<P>());
    }
    static Result<> validate(const RandomPosterizationParams& p)
    {
        if (Result<> fits = checkFactor("factor", p.factor, 1, 8); !fits.ok())
            return fits;
        if (!isWhole(p.factor.low) || !isWhole(p.factor.high))
            return Error{ErrorCode::BadParameter, "factor",
                         LB_TR("Error", "must be integers: numbers of bits")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Leaves every image few steps of brightness."),
                "y = ⌊x / 2ˢ⌋ · 2ˢ, s = 8 − bits, bits ∈ {low, …, high − 1}", true};
    }
    static Result<Outputs> emit(const RandomPosterizationParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), DataFormat::ChannelsLast); // all axes alike
        const ValueRef shift = e.drawn("shift_factor", drawnSpec(frame.batch(), 0, DType::UInt8));
        return Outputs{frame.restored(e.op(ops::posterize(), {frame.images(), shift},
                                           rangeArgs(sorted(p.valueRange))))};
    }
    static Result<Transformation> drawn(const RandomPosterizationParams& p,
                                        const DrawContext& context)
    {
        const auto [low, high] = endsOf(p.factor, 1);
        const Tensor u = uniformDraw(context, p.seed, 0, 0, 1);
        const double choices = high - low;
        return Transformation{
            {"shift_factor", Tensor::make<std::uint8_t>(u.shape(), [&](auto out) {
                 std::ranges::transform(u.values<float>(), out.begin(), [&](float value) {
                     const double bits = low + std::floor(choices * static_cast<double>(value));
                     return static_cast<std::uint8_t>(static_cast<std::int64_t>(8 - bits) & 0xFF);
                 });
             })}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return shownNumber(8 - drawnNumber(drawn, "shift_factor", sample), 0, false) + " bit";
    }
    static std::vector<Example> examples()
    {
        return {
            {"five bits at most", ConfigObject{{"factor", 6}}, {{2, 4, 5, 3}}},
            {"one image in 0..1, always three",
             ConfigObject{{"factor", ConfigList{3, 3}}, {"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerRandomPosterization(LayerRegistry& registry)
{
    registry.add<RandomPosterization>();
}

} // namespace lb
