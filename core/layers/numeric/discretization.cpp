#include "core/kernels/elementwise.h"
#include "core/layers/encoding.h"
#include "core/layers/finite_rows.h"
#include "core/layers/learns_with.h"
#include "core/layers/quantile_sketch.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"
#include "core/tensor/dispatch.h"

#include <cmath>

namespace lb {
namespace {

constexpr std::string_view kBoundaries = "bin_boundaries";

struct DiscretizationParams {
    std::optional<std::vector<double>> boundaries;
    std::optional<std::int64_t> numBins;
    double epsilon = 0.01;
    OutputMode outputMode = OutputMode::Int;
    bool sparse = false;

    bool operator==(const DiscretizationParams&) const = default;
};

struct Seen {
    QuantileSketch sketch;
    std::int64_t count = 0;
};

/// Says in which bin a number lies: bin k holds boundary k - 1 and what is below boundary k; NaN
/// lies in the last bin. Boundaries are given, or learned so that the bins hold about as many
/// numbers each.
///
/// Shapes: x any, computed as float32; y as x, int32, or encoded as encoded() says with one slot
///         more than boundaries. Before it has learned it has num_bins slots.
/// Learned: bin_boundaries, float32, at most about num_bins - 1 of them.
/// Errors: BadParameter if neither or (in summarise) no number of bins is given, or boundaries do
///         not ascend; for numbers to learn from that are not finite, with their row.
/// Source: Keras 3 `Discretization`. One block is one of Keras' updates.
class Discretization final
    : public LayerOf<Discretization, DiscretizationParams, AdaptableLayerType>,
      public LearnsWith {
public:
    static constexpr std::string_view kKerasClass = "Discretization";

    static auto fields()
    {
        using P = DiscretizationParams;
        return std::tuple{
            field(&P::boundaries, std::string(kBoundaries), LB_TR("Layer", "Boundaries"))
                .help(LB_TR("Layer", "Where a bin ends and the next one begins, in ascending "
                                     "order. Empty: they are learned from data.")),
            field(&P::numBins, "num_bins", LB_TR("Layer", "Bins"))
                .initial(10)
                .least(0)
                .slider(2, 100)
                .help(LB_TR("Layer", "How many bins to learn; they hold about as many rows each.")),
            field(&P::epsilon, "epsilon", LB_TR("Layer", "Tolerance"))
                .advanced()
                .slider(0.001, 0.1)
                .help(LB_TR("Layer", "How exact the learned boundaries are, as a share of the "
                                     "rows. Smaller takes more memory.")),
            field(&P::outputMode, "output_mode", LB_TR("Layer", "Output"))
                .editedAs(ParamKind::Choice, {"int", "one_hot", "multi_hot", "count"})
                .help(LB_TR("Layer", "int: the number of the bin. one_hot: a row with a 1 at its "
                                     "place. multi_hot, count: one row a sample.")),
            field(&P::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras stores the result as a sparse tensor; the numbers "
                                     "are the same, and here they are stored in full.")),
        };
    }
    static Result<> validate(const DiscretizationParams& p)
    {
        if (p.outputMode == OutputMode::TfIdf)
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error", "must be int, one_hot, multi_hot or count")};
        if (p.sparse && p.outputMode == OutputMode::Int)
            return Error{ErrorCode::BadParameter, "sparse",
                         LB_TR("Error", "is for the modes one_hot, multi_hot and count only")};
        if (!p.boundaries && !p.numBins)
            return Error{ErrorCode::BadParameter, "num_bins",
                         LB_TR("Error", "give either num_bins or bin_boundaries")};
        if (p.boundaries && p.numBins == 0)
            return Error{ErrorCode::BadParameter, "num_bins",
                         LB_TR("Error", "is 0 beside bin_boundaries; leave it out")};
        const auto fitsBelow = [](double a, double b) {
            return static_cast<float>(a) <= static_cast<float>(b);
        };
        for (std::size_t i = 0; p.boundaries && i < p.boundaries->size(); ++i) {
            const double value = (*p.boundaries)[i];
            const double before = i == 0 ? value : (*p.boundaries)[i - 1];
            if (std::isnan(value))
                return Error{ErrorCode::BadParameter,
                             std::string(kBoundaries),
                             LB_TR("Error", "holds nan, which is no boundary: take it out")};
            if (!fitsBelow(before, value))
                return Error{ErrorCode::BadParameter,
                             std::string(kBoundaries),
                             {LB_TR("Error", "must ascend, but %2 follows %1: sort them"),
                              {before, value}}};
        }
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Sorts numbers into bins, learned from data or given."),
                "y = number of boundaries ≤ x"};
    }
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static Result<Outputs> emit(const DiscretizationParams& p, const StateHandle& state, Emitter& e)
    {
        std::vector<double> boundaries = p.boundaries.value_or(std::vector<double>{});
        std::int64_t slots = std::ssize(boundaries) + 1;
        if (const Tensor* learned = learnedBy(p, state)) {
            boundaries.assign(learned->values<float>().begin(), learned->values<float>().end());
            slots = std::ssize(boundaries) + 1;
        } else if (!p.boundaries) {
            slots = *p.numBins;
        }
        const ValueRef x = e.input(0);
        const ValueRef bins = e.withPolicy({}, [&] { // whatever the policy is, as Keras
            return e.op(ops::bucketize(),
                        {e.cast(x, DType::Float32),
                         e.constant({std::ssize(boundaries)}, boundaries)});
        });
        return Outputs{encoded(e, bins, p.outputMode, slots, {}, e.compute())};
    }
    static std::vector<Example> examples()
    {
        const ConfigList boundaries{-0.5, 0.0, 0.25};
        return {
            {"not adapted", ConfigObject{{"num_bins", 4}}, {{3, 2}}},
            {"given", ConfigObject{{"bin_boundaries", boundaries}}, {{2, 2, 3}}},
            {"one hot",
             ConfigObject{{"bin_boundaries", boundaries}, {"output_mode", "one_hot"}},
             {{3, 1}}},
            {"counted",
             ConfigObject{{"bin_boundaries", boundaries}, {"output_mode", "count"}},
             {{2, 5}}},
        };
    }

    Result<Summary> summarise(const Config& config, const Tensor& block) const final;
    Result<Summary> fold(const Config& config, Summary sum, const Summary& next) const final;
    Result<StateHandle> finish(const Config& config, const Summary& sum) const final;
    Result<StateHandle> stateOf(const Config&, std::span<const Tensor>) const final
    {
        return StateHandle(); // Keras keeps the boundaries in the config
    }
    std::vector<Tensor> weightsOf(const Config&, const AdaptedState&) const final { return {}; }
    Result<std::vector<Shape>> weightShapes(const Config&, const Spec&) const final
    {
        return std::vector<Shape>{};
    }
    std::vector<std::string_view> learnedWith() const final { return {"num_bins", "epsilon"}; }
    bool needsState(const Config& config) const final
    {
        const auto params = decoded(config);
        return params.ok() && !params.value().boundaries;
    }
    bool worksUnadapted() const final { return false; }
    Config configWith(const Config& config, const AdaptedState& state) const final
    {
        const auto found = state.tensors.find(kBoundaries);
        const auto* object = config.as<ConfigObject>();
        if (found == state.tensors.end() || !object)
            return config;
        ConfigObject result = *object;
        ConfigList list;
        for (const float value : found->second.values<float>())
            list.emplace_back(static_cast<double>(value));
        result[std::string(kBoundaries)] = std::move(list);
        return result;
    }
    StateHandle stateIn(const Config& config) const final
    {
        const auto params = decoded(config);
        if (!params.ok() || !params.value().boundaries)
            return {};
        const auto& bins = *params.value().boundaries;
        auto state = std::make_shared<AdaptedState>();
        state->tensors.emplace(
            kBoundaries, Tensor::make<float>({std::ssize(bins)}, [&](std::span<float> out) {
                std::ranges::transform(bins, out.begin(),
                                       [](double bin) { return static_cast<float>(bin); });
            }));
        return state;
    }

private:
    /// A state that the number of bins asked for; given boundaries count otherwise.
    static const Tensor* learnedBy(const DiscretizationParams& p, const StateHandle& state)
    {
        if (!state || !p.numBins)
            return nullptr;
        const auto found = state->tensors.find(kBoundaries);
        const bool fits = found != state->tensors.end()
            && found->second.dtype() == DType::Float32 && found->second.shape().size() == 1;
        return fits ? &found->second : nullptr;
    }
};

Result<AdaptableLayerType::Summary> Discretization::summarise(const Config& config,
                                                              const Tensor& block) const
{
    LB_TRY(params, decoded(config));
    if (!params.numBins)
        return Error{ErrorCode::BadParameter, "num_bins",
                     LB_TR("Error", "is needed to learn bins: take the boundaries away and give "
                                    "the number of bins")};
    if (*params.numBins < 1 || params.epsilon == 0 || std::isnan(params.epsilon))
        return Error{ErrorCode::BadParameter, *params.numBins < 1 ? "num_bins" : "epsilon",
                     LB_TR("Error", "must not be 0 where bins are learned")};
    if (block.dtype() == DType::String)
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "learns from numbers and got strings")};
    std::vector<float> numbers(static_cast<std::size_t>(elementCount(block.shape())));
    dispatch(block.dtype(), [&]<typename Number>(Number) {
        std::ranges::transform(block.values<Number>(), numbers.begin(),
                               [](Number x) { return static_cast<float>(x); });
    });
    if (!kernels::allFinite(numbers))
        if (const auto odd = firstNotFinite(block))
            return notFinite(*odd);
    auto seen = std::make_shared<Seen>();
    seen->count = std::ssize(numbers);
    seen->sketch = sketched(std::move(numbers), params.epsilon);
    return Summary(std::move(seen));
}

Result<AdaptableLayerType::Summary> Discretization::fold(const Config& config, Summary sum,
                                                         const Summary& next) const
{
    LB_TRY(params, decoded(config));
    const Seen none;
    const auto* before = sum ? static_cast<const Seen*>(sum.get()) : &none;
    const auto* after = static_cast<const Seen*>(next.get());
    auto both = std::make_shared<Seen>();
    both->count = before->count + after->count;
    both->sketch = merged(after->sketch, before->sketch, params.epsilon);
    return Summary(std::move(both));
}

Result<StateHandle> Discretization::finish(const Config& config, const Summary& sum) const
{
    LB_TRY(params, decoded(config));
    const auto* seen = static_cast<const Seen*>(sum.get());
    if (!seen || seen->count == 0)
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no data to learn from")};
    const std::vector<float> boundaries = boundariesOf(seen->sketch, *params.numBins);
    auto state = std::make_shared<AdaptedState>();
    state->tensors.emplace(
        kBoundaries, Tensor::make<float>({std::ssize(boundaries)}, [&](std::span<float> out) {
            std::ranges::copy(boundaries, out.begin());
        }));
    state->record = ConfigObject{{"count", seen->count}};
    return StateHandle(std::move(state));
}

} // namespace

void registerDiscretization(LayerRegistry& registry)
{
    registry.add<Discretization>();
}

} // namespace lb
