#include "core/layers/axis_list.h"
#include "core/layers/finite_rows.h"
#include "core/layers/learns_with.h"
#include "core/layers/number_array.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/rounded.h"

#include <cmath>

namespace lb {

namespace {

constexpr double kEpsilon = 1e-7; // keras.config.epsilon()

struct NormalizationParams {
    AxisList axis{{-1}};
    std::optional<NumberArray> mean;
    std::optional<NumberArray> variance;
    bool invert = false;

    bool operator==(const NormalizationParams&) const = default;
};

/// Moments of the rows that were seen, in double, one for each place of the kept axes.
struct AxisMoments {
    Shape shape; // of the kept axes
    bool keepsRows = false;
    double count = 0;
    std::vector<double> mean, squares; // sums of squared distances from the mean
};

/// The place of every element along the kept axes.
class Places {
public:
    Places(const Shape& shape, std::span<const std::size_t> kept)
        : m_shape(shape)
        , m_stride(shape.size(), 0)
        , m_count(elementCount(shape))
    {
        std::int64_t step = 1;
        for (std::size_t i = kept.size(); i-- > 0; step *= shape[kept[i]])
            m_stride[kept[i]] = step;
        m_places = static_cast<std::size_t>(step);
        m_last = true;
        for (std::size_t i = 0; i < kept.size(); ++i)
            m_last = m_last && kept[i] + kept.size() - i == shape.size();
    }

    /// Calls `visit(element, place)` for all, in their order.
    template <typename Visit> void forEach(const Visit& visit) const
    {
        if (m_last && m_places > 0) // rows of one element a place
            for (std::size_t first = 0; first < static_cast<std::size_t>(m_count); first += m_places)
                for (std::size_t place = 0; place < m_places; ++place)
                    visit(first + place, place);
        else
            forEachAnywhere(visit);
    }

private:
    template <typename Visit> void forEachAnywhere(const Visit& visit) const
    {
        std::vector<std::int64_t> at(m_stride.size(), 0);
        std::int64_t place = 0;
        for (std::int64_t i = 0; i < m_count; ++i) {
            visit(static_cast<std::size_t>(i), static_cast<std::size_t>(place));
            for (std::size_t axis = m_stride.size(); axis-- > 0;) {
                place += m_stride[axis];
                if (++at[axis] < m_shape[axis])
                    break;
                place -= m_stride[axis] * at[axis];
                at[axis] = 0;
            }
        }
    }

    const Shape& m_shape;
    std::vector<std::int64_t> m_stride; // of the place, along each axis
    std::int64_t m_count;
    std::size_t m_places = 1;
    bool m_last = false; ///< the kept axes are the last ones, or none is kept
};

/// y = (x - mean) / max(sqrt(variance), 1e-7), or the way back with `invert`. Mean and variance
/// are given or learned by adapt(), one for each place along `axis`.
///
/// Shapes: y as x, float32. Learned: mean and variance with the lengths of the kept axes, count.
/// Errors: BadShape if an axis is not there or its length not known or not that of the state.
/// Source: Keras 3 `Normalization`; moments are joined as by Chan et al. 1979.
class Normalization final
    : public LayerOf<Normalization, NormalizationParams, AdaptableLayerType>,
      public LearnsWith {
public:
    static constexpr std::string_view kKerasClass = "Normalization";

    static auto fields()
    {
        using P = NormalizationParams;
        return std::tuple{
            field(&P::axis, "axis", LB_TR("Layer", "Axis"))
                .help(LB_TR("Layer",
                            "Axes that keep a mean of their own: -1 one for each column or "
                            "channel, none one for everything.")),
            field(&P::mean, "mean", LB_TR("Layer", "Mean"))
                .help(LB_TR("Layer", "Given instead of learned from data.")),
            field(&P::variance, "variance", LB_TR("Layer", "Variance"))
                .help(LB_TR("Layer", "Given instead of learned from data.")),
            field(&P::invert, "invert", LB_TR("Layer", "Invert"))
                .help(LB_TR("Layer", "Goes back from normalised values to the original ones.")),
        };
    }
    static Result<> validate(const NormalizationParams& p)
    {
        if (p.mean.has_value() != p.variance.has_value())
            return Error{ErrorCode::BadParameter, p.mean ? "variance" : "mean",
                         LB_TR("Error", "mean and variance must both be given, or neither")};
        if (!p.mean)
            return std::monostate{};
        if (p.mean->shape != p.variance->shape)
            return Error{ErrorCode::BadParameter,
                         "variance",
                         {LB_TR("Error", "must have the shape of mean, %1, is: %2"),
                          {text(p.mean->shape), text(p.variance->shape)}}};
        if (p.mean->shape.size() > p.axis.axes.size())
            return Error{ErrorCode::BadParameter,
                         "mean",
                         {LB_TR("Error", "has more axes (%1) than axis names (%2)"),
                          {std::ssize(p.mean->shape), std::ssize(p.axis.axes)}}};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Gives values mean 0 and variance 1, learned from data."),
                "y = (x − mean) / max(√variance, 10⁻⁷)"};
    }
    static Result<Outputs> emit(const NormalizationParams& p, const StateHandle& state, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        LB_TRY(kept, keptAxes(p, e.spec(x).shape));
        LB_TRY(moments, momentsFor(p, state, kept, e.spec(x)));
        const auto& [shape, mean, deviation] = moments;
        const ValueRef middle = e.constant(shape, mean);
        const ValueRef width = e.constant(shape, deviation);
        const ValueRef y
            = p.invert ? e.add(middle, e.mul(x, width)) : e.div(e.sub(x, middle), width);
        return Outputs{y.withMask(e.input(0).mask)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"not adapted", ConfigObject{}, {{3, 4}}},
            {"given",
             ConfigObject{{"mean", ConfigList{0.1, 0.2, -0.3}},
                          {"variance", ConfigList{1.0, 4.0, 0.5}}},
             {{2, 2, 3}}},
            {"one for all, inverted",
             ConfigObject{{"axis", Config()}, {"mean", 0.5}, {"variance", 4.0}, {"invert", true}},
             {{2, 3}}},
        };
    }

    Result<Summary> summarise(const Config& config, const Tensor& block) const final;
    Result<Summary> fold(const Config& config, Summary sum, const Summary& next) const final;
    Result<StateHandle> finish(const Config& config, const Summary& sum) const final;
    Result<StateHandle> stateOf(const Config& config, std::span<const Tensor> weights) const final;
    std::vector<Tensor> weightsOf(const Config& config, const AdaptedState& state) const final;
    Result<std::vector<Shape>> weightShapes(const Config& config, const Spec& input) const final;
    std::vector<std::string_view> learnedWith() const final { return {"axis"}; }
    bool needsState(const Config& config) const final
    {
        const auto params = decoded(config);
        return params.ok() && !params.value().mean;
    }

private:
    struct Constants {
        Shape shape; // that broadcasts against x
        std::vector<double> mean, deviation;
    };
    static Result<std::vector<std::size_t>> keptAxes(const NormalizationParams& p,
                                                     const Shape& shape);
    static Result<Constants> momentsFor(const NormalizationParams& p, const StateHandle& state,
                                        std::span<const std::size_t> kept, const Spec& input);
};

Result<std::vector<std::size_t>> Normalization::keptAxes(const NormalizationParams& p,
                                                         const Shape& shape)
{
    std::vector<std::size_t> kept;
    for (const std::int64_t axis : p.axis.axes) {
        const std::int64_t at = axis < 0 ? axis + std::ssize(shape) : axis;
        if (at < 0 || at >= std::ssize(shape))
            return Error{ErrorCode::BadShape,
                         "axis",
                         {LB_TR("Error", "there is no axis %1 in shape %2"), {axis, text(shape)}}};
        kept.push_back(static_cast<std::size_t>(at));
    }
    std::ranges::sort(kept);
    kept.erase(std::ranges::unique(kept).begin(), kept.end());
    return kept;
}

/// As Keras computes it: from the variance in the dtype that the layer computes in.
double deviationOf(double variance, DType dtype)
{
    return dispatch(dtype, [&]<typename Number>(Number) {
        using Real = std::conditional_t<std::same_as<Number, double>, double, float>;
        const Real root = std::sqrt(static_cast<Real>(static_cast<Number>(variance)));
        return static_cast<double>(std::max<Real>(root, static_cast<Real>(kEpsilon)));
    });
}

/// Mean and deviation, with their axes where x has them.
Result<Normalization::Constants> Normalization::momentsFor(const NormalizationParams& p,
                                                           const StateHandle& state,
                                                           std::span<const std::size_t> kept,
                                                           const Spec& input)
{
    const Shape& x = input.shape;
    NumberArray mean = NumberArray::of(0); // what Keras starts with
    NumberArray variance = NumberArray::of(1);
    const auto asNumbers = [](const Tensor& tensor) {
        NumberArray array{tensor.shape(), {}};
        if (tensor.dtype() == DType::Float32)
            array.values.assign(tensor.values<float>().begin(), tensor.values<float>().end());
        else if (tensor.dtype() == DType::Float64)
            array.values.assign(tensor.values<double>().begin(), tensor.values<double>().end());
        return array;
    };
    if (p.mean) {
        mean = *p.mean;
        variance = *p.variance;
        // TensorFlow makes float32 of Python's numbers before Keras casts them, in any policy
        roundTo<double>(DType::Float32, mean.values);
        roundTo<double>(DType::Float32, variance.values);
    } else if (state && state->tensors.contains("mean") && state->tensors.contains("variance")) {
        mean = asNumbers(state->tensors.find("mean")->second);
        variance = asNumbers(state->tensors.find("variance")->second);
    }
    Constants result;
    if (!mean.shape.empty())
        result.shape.assign(x.size(), 1);
    for (std::size_t i = 0; i < mean.shape.size() && i < kept.size(); ++i) { // from the right
        const std::size_t axis = kept[kept.size() - 1 - i];
        const std::int64_t length = mean.shape[mean.shape.size() - 1 - i];
        if (length != 1 && x[axis] != kUnknown && x[axis] != length)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "learned %1 means along axis %2, but shape is: %3"),
                          {length, static_cast<std::int64_t>(axis), text(x)}}};
        result.shape[axis] = length;
    }
    if (variance.values.size() != mean.values.size()
        || static_cast<std::size_t>(elementCount(result.shape)) != mean.values.size())
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "the state does not fit the axes")};
    result.mean = mean.values;
    for (const double value : variance.values)
        result.deviation.push_back(deviationOf(value, input.dtype));
    return result;
}

Result<AdaptableLayerType::Summary> Normalization::summarise(const Config& config,
                                                             const Tensor& block) const
{
    LB_TRY(params, decoded(config));
    if (block.dtype() == DType::String)
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "learns from numbers and got strings")};
    LB_TRY(kept, keptAxes(params, block.shape()));
    auto moments = std::make_shared<AxisMoments>();
    moments->keepsRows = !kept.empty() && kept[0] == 0;
    for (const std::size_t axis : kept)
        moments->shape.push_back(block.shape()[axis]);
    const auto places = static_cast<std::size_t>(elementCount(moments->shape));
    moments->mean.assign(places, 0);
    moments->squares.assign(places, 0);
    const std::int64_t count = elementCount(block.shape());
    moments->count = places ? static_cast<double>(count) / static_cast<double>(places) : 0;
    const Places at(block.shape(), kept);
    dispatch(block.dtype(), [&]<typename Number>(Number) {
        const auto x = block.values<Number>();
        at.forEach([&](std::size_t i, std::size_t place) {
            moments->mean[place] += static_cast<double>(x[i]);
        });
        for (double& mean : moments->mean)
            mean /= std::max(moments->count, 1.0);
        at.forEach([&](std::size_t i, std::size_t place) {
            const double distance = static_cast<double>(x[i]) - moments->mean[place];
            moments->squares[place] += distance * distance;
        });
    });
    const auto isOdd = [](double number) { return !std::isfinite(number); };
    if (std::ranges::any_of(moments->squares, isOdd)) // looked for only where it is
        if (const auto odd = firstNotFinite(block))
            return notFinite(*odd);
    return Summary(std::move(moments));
}

Result<AdaptableLayerType::Summary> Normalization::fold(const Config&, Summary sum,
                                                        const Summary& next) const
{
    if (!sum)
        return next;
    const auto& a = *static_cast<const AxisMoments*>(sum.get());
    const auto& b = *static_cast<const AxisMoments*>(next.get());
    if (a.shape != b.shape || a.keepsRows)
        return Error{ErrorCode::BadShape,
                     "axis",
                     {LB_TR("Error", "the kept axes had lengths %1 and now have %2"),
                      {text(a.shape), text(b.shape)}}};
    auto joined = std::make_shared<AxisMoments>(a);
    joined->count = a.count + b.count;
    if (joined->count == 0)
        return Summary(std::move(joined));
    for (std::size_t i = 0; i < a.mean.size(); ++i) {
        const double distance = b.mean[i] - a.mean[i];
        joined->mean[i] += distance * b.count / joined->count;
        joined->squares[i]
            += b.squares[i] + distance * distance * a.count * b.count / joined->count;
    }
    return Summary(std::move(joined));
}

Result<StateHandle> Normalization::finish(const Config& config, const Summary& sum) const
{
    const auto* moments = static_cast<const AxisMoments*>(sum.get());
    if (!moments || moments->count == 0)
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no data to learn from")};
    auto state = std::make_shared<AdaptedState>();
    LB_TRY(policy, policyOf(config));
    const DType kept = policy.variable == DType::Float64 ? DType::Float64 : DType::Float32;
    const auto tensor = [&](const std::vector<double>& values, double divisor) {
        return dispatch(kept, [&]<typename Number>(Number) {
            return Tensor::make<Number>(moments->shape, [&](std::span<Number> out) {
                std::ranges::transform(values, out.begin(), [&](double value) {
                    return static_cast<Number>(value / divisor);
                });
            });
        });
    };
    state->tensors.emplace("mean", tensor(moments->mean, 1));
    state->tensors.emplace("variance", tensor(moments->squares, moments->count));
    state->record = ConfigObject{{"count", static_cast<std::int64_t>(moments->count)}};
    return StateHandle(std::move(state));
}

Result<StateHandle> Normalization::stateOf(const Config& config,
                                           std::span<const Tensor> weights) const
{
    if (!needsState(config))
        return StateHandle();
    const auto moment = [&](std::size_t i) {
        const DType dtype = weights[i].dtype();
        return dtype == DType::Float32 || dtype == DType::Float64;
    };
    if (weights.size() != 3 || !moment(0) || !moment(1) || weights[0].shape() != weights[1].shape())
        return Error{ErrorCode::BadShape, "",
                     LB_TR("Error", "needs three weights: mean, variance, count")};
    auto state = std::make_shared<AdaptedState>();
    state->tensors.emplace("mean", weights[0]);
    state->tensors.emplace("variance", weights[1]);
    return StateHandle(std::move(state));
}

Result<std::vector<Shape>> Normalization::weightShapes(const Config& config,
                                                       const Spec& input) const
{
    LB_TRY(params, decoded(config));
    LB_TRY(kept, keptAxes(params, input.shape));
    Shape shape;
    for (const std::size_t axis : kept)
        shape.push_back(input.shape[axis]);
    return std::vector<Shape>{shape, shape, {}};
}

std::vector<Tensor> Normalization::weightsOf(const Config& config, const AdaptedState& state) const
{
    if (!needsState(config) || !state.tensors.contains("mean")
        || !state.tensors.contains("variance"))
        return {};
    return {state.tensors.find("mean")->second, state.tensors.find("variance")->second,
            Tensor::of<std::int32_t>({}, {0})}; // Keras keeps count for old files, as 0
}

} // namespace

void registerNormalization(LayerRegistry& registry)
{
    registry.add<Normalization>();
}

} // namespace lb
