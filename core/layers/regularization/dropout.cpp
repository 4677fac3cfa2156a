#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {

/// The axes along which values are dropped one by one: null is x's own length, 1 drops the whole
/// axis together. As a whole it may be null: every value for itself.
struct NoiseShape {
    std::optional<std::vector<std::optional<std::int64_t>>> axes;
    bool operator==(const NoiseShape&) const = default;
};

template <> struct Codec<NoiseShape> {
    using One = Codec<std::optional<std::int64_t>>;
    static constexpr ParamKind kKind = ParamKind::Any;
    static Config write(const NoiseShape& shape)
    {
        if (!shape.axes)
            return {};
        ConfigList list;
        for (const auto& axis : *shape.axes)
            list.push_back(One::write(axis));
        return list;
    }
    static bool read(const Config& config, NoiseShape& into)
    {
        NoiseShape shape;
        if (const auto* list = config.as<ConfigList>()) {
            shape.axes.emplace(list->size());
            for (std::size_t i = 0; i < list->size(); ++i)
                if (!One::read((*list)[i], (*shape.axes)[i]))
                    return false;
        } else if (!config.isNull()) {
            return false;
        }
        into = std::move(shape);
        return true;
    }
};
template <> struct ParamTraits<NoiseShape> : ParamTraits<std::optional<std::int64_t>> {
    static std::vector<std::int64_t> limited(const NoiseShape& shape)
    {
        std::vector<std::int64_t> lengths;
        if (shape.axes)
            for (const auto& axis : *shape.axes)
                if (axis)
                    lengths.push_back(*axis);
        return lengths;
    }
};

namespace {

constexpr std::string_view kUniform = "uniform";

struct DropoutParams {
    double rate = 0;
    Seed seed;
    NoiseShape noiseShape;

    bool operator==(const DropoutParams&) const = default;
};

/// Sets values to 0 by chance and makes the others larger, so that the mean stays; in training
/// only. Draws `uniform` in [0, 1): a value stays where it is at least `rate`.
///
/// Shapes: y as x, float32; `uniform` as x, or as noise_shape says. A noise_shape that begins with
/// 1 is drawn once a batch. Errors: BadShape where noise_shape does not fit x.
/// Source: Keras 3 `Dropout`.
class Dropout final : public RandomLayerOf<Dropout, DropoutParams> {
public:
    static constexpr std::string_view kKerasClass = "Dropout";

    static auto fields()
    {
        using P = DropoutParams;
        return std::tuple{
            field(&P::rate, "rate", LB_TR("Layer", "Rate"))
                .required(0.5)
                .least(0.0)
                .most(1.0)
                .slider(0.0, 0.9)
                .help(LB_TR("Layer", "The share of the values that is dropped.")),
            field(&P::noiseShape, "noise_shape", LB_TR("Layer", "Noise shape"))
                .least(1)
                .advanced()
                .help(LB_TR("Layer", "1 for axes that are dropped as a whole, null for the "
                                     "others; empty: every value for itself. A first axis of 1 "
                                     "is drawn once a batch.")),
            field(&P::seed, "seed", LB_TR("Layer", "Seed"))
                .advanced()
                .help(LB_TR("Layer",
                            "Gives this layer draws of its own; empty: those of the project.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Drops values by chance in training, so that none is relied on."),
                "y = x / (1 − rate) if u ≥ rate, else 0; u ~ U(0, 1)", true};
    }
    static Result<Outputs> emit(const DropoutParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training() || p.rate == 0)
            return Outputs{x};
        if (p.rate == 1)
            return Outputs{e.op(ops::where(), {x, e.constant(0.0), e.constant(0.0)})
                               .withMask(x.mask)};
        LB_TRY(shape, noiseShape(p, e.spec(x).shape));
        const ValueRef uniform = e.drawnAsIs(std::string(kUniform), {DType::Float32, shape, {}});
        return Outputs{e.op(ops::dropout(), {x, uniform}, {{"rate", p.rate}}).withMask(x.mask)};
    }
    static Result<Transformation> drawn(const DropoutParams& p, const DrawContext& context)
    {
        if (context.inputs.empty())
            return Error{ErrorCode::BadShape, "",
                         LB_TR("Error", "the shape of the values is not known")};
        LB_TRY(shape, noiseShape(p, context.inputs[0].shape));
        return Transformation{{std::string(kUniform), uniform(p, context, shape)}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample);
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{{"rate", 0.5}}, {{2, 6}}},
            {"whole channels",
             ConfigObject{{"rate", 0.25}, {"noise_shape", ConfigList{Config(), 1, 1, Config()}}},
             {{2, 2, 3, 4}}},
            {"nothing dropped", ConfigObject{{"rate", 0.0}}, {{2, 3}}},
        };
    }

private:
    static Result<Shape> noiseShape(const DropoutParams& p, const Shape& x);
    static Tensor uniform(const DropoutParams& p, const DrawContext& context, const Shape& shape);
};

Result<Shape> Dropout::noiseShape(const DropoutParams& p, const Shape& x)
{
    if (!p.noiseShape.axes)
        return x;
    const auto& axes = *p.noiseShape.axes;
    Shape shape = x;
    bool fits = axes.size() == x.size();
    for (std::size_t i = 0; fits && i < axes.size(); ++i)
        if (axes[i]) {
            shape[i] = *axes[i];
            fits = shape[i] == 1 || shape[i] == x[i] || x[i] == kUnknown;
        }
    if (!fits)
        return Error{ErrorCode::BadShape,
                     "noise_shape",
                     {LB_TR("Error", "does not fit values of shape %1"), {text(x)}}};
    return shape;
}

/// One stream a sample; one stream a batch where all samples share what is drawn.
Tensor Dropout::uniform(const DropoutParams& p, const DrawContext& context, const Shape& shape)
{
    const StreamKey path = p.seed.value
        ? context.path.child(static_cast<std::uint64_t>(*p.seed.value))
        : context.path;
    const std::size_t rows = shape.empty() ? 1 : static_cast<std::size_t>(shape[0]);
    const bool shared = p.noiseShape.axes && !p.noiseShape.axes->empty()
        && p.noiseShape.axes->front() == 1;
    return Tensor::make<float>(shape, [&](std::span<float> out) {
        const std::size_t size = rows == 0 ? 0 : out.size() / rows;
        for (std::size_t row = 0; row < rows; ++row) {
            const std::uint64_t sample = shared ? context.batchIndex
                : row < context.sampleIds.size() ? context.sampleIds[row]
                                                 : row;
            const RandomStream stream(path, context.epoch, sample);
            for (std::size_t i = 0; i < size; i += 4) {
                const PhiloxBlock block = stream.block(0, i / 4);
                for (std::size_t k = 0; k < 4 && i + k < size; ++k)
                    out[row * size + i + k] = static_cast<float>(block[k] >> 8) * 0x1p-24f;
            }
        }
    });
}

/// The first numbers of a sample; what is dropped of them depends on the rate.
std::string Dropout::shownDraw(const Transformation& drawn, std::size_t sample)
{
    const auto found = drawn.find(kUniform);
    if (found == drawn.end() || found->second.shape().empty())
        return "?";
    const Shape& shape = found->second.shape();
    const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(shape[0], 1));
    const std::size_t size = found->second.values<float>().size() / rows;
    return shownNumber(drawnNumber(drawn, kUniform, std::min(sample, rows - 1) * size), 2, false)
        + (size > 1 ? " …" : "");
}

} // namespace

void registerDropout(LayerRegistry& registry)
{
    registry.add<Dropout>();
}

} // namespace lb
