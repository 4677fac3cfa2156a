#include "core/layers/kernel_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

constexpr double kKerasEpsilon = 1e-7; // keras.config.epsilon()

struct BatchNormalizationParams {
    std::int64_t axis = -1;
    double momentum = 0.99;
    double epsilon = 1e-3;
    bool center = true;
    bool scale = true;
    WeightRule beta{"beta", Config("Zeros")};
    WeightRule gamma{"gamma", Config("Ones")};
    WeightRule movingMean{"moving_mean", Config("Zeros")};
    WeightRule movingVariance{"moving_variance", Config("Ones")};
    Regularizer betaRegularizer, gammaRegularizer;
    Constraint betaConstraint, gammaConstraint;
    bool synchronized = false;
    bool renorm = false;
    bool trainable = true;

    bool operator==(const BatchNormalizationParams&) const = default;
};

auto ownFields()
{
    using P = BatchNormalizationParams;
    return std::tuple{
        field(&P::axis, "axis", LB_TR("Layer", "Axis"))
            .help(LB_TR("Layer", "The channels, each of which has moments of its own; -1 is the "
                                 "last axis.")),
        field(&P::momentum, "momentum", LB_TR("Layer", "Momentum"))
            .slider(0.5, 0.999)
            .help(LB_TR("Layer", "What a step leaves of the moving averages.")),
        field(&P::epsilon, "epsilon", LB_TR("Layer", "Epsilon"))
            .slider(1e-5, 1e-1)
            .help(LB_TR("Layer", "Added to the variance, so that nothing is divided by 0.")),
        field(&P::center, "center", LB_TR("Layer", "Center"))
            .help(LB_TR("Layer", "Adds a learned offset, beta.")),
        field(&P::scale, "scale", LB_TR("Layer", "Scale"))
            .help(LB_TR("Layer", "Multiplies by a learned factor, gamma.")),
    };
}

auto ofWeights()
{
    using P = BatchNormalizationParams;
    const auto centered = [](const P& p) { return p.center; };
    const auto scaled = [](const P& p) { return p.scale; };
    const auto start = [](auto field) {
        return std::move(field).advanced().help(
            LB_TR("Layer", "How this weight starts, before training."));
    };
    return std::tuple{
        start(weightFields(&P::beta)).appliesIf(centered),
        start(weightFields(&P::gamma)).appliesIf(scaled),
        start(weightFields(&P::movingMean)),
        start(weightFields(&P::movingVariance)),
        regularizerField(&P::betaRegularizer, "beta_regularizer",
                         LB_TR("Layer", "Regularizer of beta"))
            .appliesIf(centered),
        regularizerField(&P::gammaRegularizer, "gamma_regularizer",
                         LB_TR("Layer", "Regularizer of gamma"))
            .appliesIf(scaled),
        constraintField(&P::betaConstraint, "beta_constraint",
                        LB_TR("Layer", "Constraint of beta"))
            .appliesIf(centered),
        constraintField(&P::gammaConstraint, "gamma_constraint",
                        LB_TR("Layer", "Constraint of gamma"))
            .appliesIf(scaled),
        field(&P::synchronized, "synchronized", LB_TR("Layer", "Synchronized"))
            .advanced()
            .help(LB_TR("Layer", "Kept for Keras on several devices; on one it changes nothing.")),
        field(&P::renorm, "renorm", LB_TR("Layer", "Renormalisation"))
            .advanced()
            .help(LB_TR("Layer", "Kept for Keras; it is not computed here and must be off.")),
        trainableField(&P::trainable),
    };
}

struct Moments {
    ValueRef mean, variance; // [channels]
};

/// Gives each channel mean 0 and variance 1 over the batch, then a learned scale and offset. At
/// inference, and where the layer is not trainable, moving averages stand for the batch's moments;
/// a training step moves them: moving = moving momentum + batch (1 - momentum). The variance is the
/// population's. A mask of x leaves places out of the moments.
///
/// Shapes: y as x, float32; weights [channels], the length of `axis`, which must be known.
/// Errors: BadShape for an axis that is not there or a mask that has not one axis less than x;
///         Unsupported for renorm. Source: Keras 3 `BatchNormalization`.
class BatchNormalization final : public LayerOf<BatchNormalization, BatchNormalizationParams> {
public:
    static constexpr std::string_view kKerasClass = "BatchNormalization";

    static auto fields() { return std::tuple_cat(ownFields(), ofWeights()); }
    static Result<> validate(const BatchNormalizationParams& p)
    {
        if (p.renorm)
            return Error{ErrorCode::Unsupported, "renorm",
                         LB_TR("Error", "batch renormalisation is not computed here: switch it "
                                        "off")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Gives each channel mean 0 and variance 1, then a learned scale."),
                "y = gamma · (x − mean) / √(variance + epsilon) + beta"};
    }
    static Result<Outputs> emit(const BatchNormalizationParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!is16Bit(e.compute()))
            return emitFrom(p, e, x);
        LB_TRY(outputs, e.withPolicy({DType::Float32, e.policy().variable}, [&] {
            return emitFrom(p, e, e.cast(x, DType::Float32)); // 16 bits would overflow soon
        }));
        return Outputs{e.cast(outputs.front(), e.compute())};
    }
    static std::vector<Example> examples();

private:
    static Result<Outputs> emitFrom(const BatchNormalizationParams& p, Emitter& e, ValueRef x);
    static Result<Moments> momentsOf(const BatchNormalizationParams& p, Emitter& e, ValueRef x);
};

Result<Outputs> BatchNormalization::emitFrom(const BatchNormalizationParams& p, Emitter& e,
                                             ValueRef x)
{
    LB_TRY(channels, e.knownDim(x, p.axis));
    const auto constant = [&](double value) {
        const std::vector<double> all(static_cast<std::size_t>(channels), value);
        return e.constant({channels}, all);
    };
    const ValueRef gamma = p.scale
        ? e.weight({channels}, p.gamma, {p.gammaRegularizer, p.gammaConstraint, p.trainable})
        : constant(1);
    const ValueRef beta = p.center
        ? e.weight({channels}, p.beta, {p.betaRegularizer, p.betaConstraint, p.trainable})
        : constant(0);
    const WeightTerms moved{.trainable = false};
    const ValueRef movingMean = e.weight({channels}, p.movingMean, moved);
    const ValueRef movingVariance = e.weight({channels}, p.movingVariance, moved);
    Moments moments{movingMean, movingVariance};
    if (e.training() && p.trainable) {
        LB_TRY(ofBatch, momentsOf(p, e, x));
        moments = ofBatch;
        const auto move = [&](ValueRef weight, ValueRef batch) {
            e.assign(weight,
                     e.add(e.mul(weight, e.constant(p.momentum)),
                           e.mul(batch, e.constant(1 - p.momentum))));
        };
        move(movingMean, moments.mean);
        move(movingVariance, moments.variance);
    }
    const ValueRef y = e.op(ops::batchNorm(), {x, moments.mean, moments.variance, gamma, beta},
                            {{"axis", p.axis}, {"epsilon", p.epsilon}});
    return Outputs{y.withMask(x.mask)};
}

Result<Moments> BatchNormalization::momentsOf(const BatchNormalizationParams& p, Emitter& e,
                                              ValueRef x)
{
    const ConfigObject along{{"axis", p.axis}};
    if (x.mask == kNoValue)
        return Moments{e.op(ops::batchMean(), {x}, along), e.op(ops::batchVariance(), {x}, along)};
    const std::int64_t rank = e.rank(x);
    if (e.rank({x.mask}) != rank - 1)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "a mask of shape %1 does not fit values of shape %2"),
                      {text(e.spec({x.mask}).shape), text(e.spec(x).shape)}}};
    const ValueRef seen = e.op(ops::expandDims(), {{x.mask}}, {{"axis", rank - 1}});
    const ValueRef zero = e.constant(0.0);
    const ValueRef ones = e.op(ops::where(), {x, e.constant(1.0), e.constant(1.0)}); // x's shape
    Shape others;
    for (std::int64_t axis = 0; axis < rank; ++axis)
        if (axis != (p.axis < 0 ? p.axis + rank : p.axis))
            others.push_back(axis);
    const auto sum = [&](ValueRef of) {
        return e.op(ops::reduceSum(), {e.op(ops::where(), {seen, of, zero})},
                    {{"axes", intsConfig(others)}, {"keepdims", true}});
    };
    const ValueRef count = e.add(sum(ones), e.constant(kKerasEpsilon));
    const ValueRef mean = e.div(sum(x), count);
    const ValueRef variance = e.div(sum(e.op(ops::square(), {e.sub(x, mean)})), count);
    const auto flat = [&](ValueRef moment) {
        return e.op(ops::reshape(), {moment}, {{"shape", ConfigList{-1}}});
    };
    return Moments{flat(mean), flat(variance)};
}

std::vector<Example> BatchNormalization::examples()
{
    return {
        {"default", ConfigObject{}, {{4, 3}}},
        {"images", ConfigObject{{"momentum", 0.75}, {"epsilon", 0.01}}, {{2, 3, 2, 4}}},
        {"channels first", ConfigObject{{"axis", 1}}, {{3, 2, 4}}},
        {"without scale", ConfigObject{{"scale", false}, {"beta_regularizer", "l2"}}, {{5, 2}}},
        {"moments only", ConfigObject{{"scale", false}, {"center", false}}, {{3, 2, 2}}},
        {"not trainable", ConfigObject{{"trainable", false}}, {{3, 4}}},
    };
}

} // namespace

void registerBatchNormalization(LayerRegistry& registry)
{
    registry.add<BatchNormalization>();
}

} // namespace lb
