#include "core/layers/emitter.h"

#include "core/layers/activations.h"
#include "core/ops/ops.h"
#include "core/tensor/dispatch.h"

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

ValueId fed(OpGraph& graph, Spec spec, std::uint32_t origin)
{
    graph.nodes.push_back({nullptr, {}, ConfigObject{}, std::move(spec), origin});
    return static_cast<ValueId>(graph.nodes.size() - 1);
}

} // namespace

Emitter::Emitter(std::vector<Spec> inputs, Phase phase)
    : m_phase(phase)
{
    for (Spec& spec : inputs) {
        m_graph.inputs.push_back(fed(m_graph, std::move(spec), 0));
        m_inputs.push_back({m_graph.inputs.back()});
    }
}

Emitter::Emitter(OpGraph graph, std::vector<ValueRef> inputs, Phase phase, std::uint32_t origin)
    : m_graph(std::move(graph))
    , m_inputs(std::move(inputs))
    , m_phase(phase)
    , m_origin(origin)
{
}

ValueRef Emitter::input(std::size_t index) const
{
    return m_inputs.at(index);
}

Result<DTypePolicy> Emitter::policyFor(const Config& config) const
{
    LB_TRY(policy, policyOf(config, m_inherited));
    if (policy.compute == DType::Float64 && !m_isCall)
        return float64InProject();
    return policy;
}

ValueRef Emitter::floatInput(std::size_t index)
{
    return cast(input(index), compute());
}

ValueRef Emitter::autocastInput(std::size_t index)
{
    return isFloating(spec(input(index)).dtype) && !m_asGiven ? floatInput(index) : input(index);
}

const Spec& Emitter::spec(ValueRef x) const
{
    static const Spec none;
    return x.id == kNoValue ? none : m_graph.nodes[x.id].spec;
}

const OpNode* Emitter::node(ValueRef x) const
{
    return x.id == kNoValue ? nullptr : &m_graph.nodes[x.id];
}

std::int64_t Emitter::rank(ValueRef x) const
{
    return std::ssize(spec(x).shape);
}

Result<std::int64_t> Emitter::knownDim(ValueRef x, std::int64_t axis) const
{
    if (x.id == kNoValue)
        return *m_error;
    const Shape& shape = spec(x).shape;
    const std::int64_t at = axis < 0 ? axis + std::ssize(shape) : axis;
    if (at < 0 || at >= std::ssize(shape) || shape[static_cast<std::size_t>(at)] == kUnknown)
        return Error{
            ErrorCode::BadShape,
            "",
            {LB_TR("Error", "dimension %1 must be known, shape is: %2"), {axis, text(shape)}}};
    return shape[static_cast<std::size_t>(at)];
}

void Emitter::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

ValueRef Emitter::weight(Shape shape, const WeightRule& rule, const WeightTerms& terms)
{
    std::vector<std::int64_t> axes(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
    const ValueRef result{fed(m_graph, {m_policy.variable, std::move(shape), {}}, m_origin)};
    const std::string name(rule.name);
    m_graph.weights.push_back({result.id, name, rule.initializer, terms.trainable});
    if (!terms.trainable)
        return cast(result, compute());
    if (training() && !terms.constraint.config.isNull())
        fail({ErrorCode::Unsupported, name + "_constraint",
              LB_TR("Error", "constraints are not kept in training here: take it away to train")});
    const Result<Penalty> penalty = penaltyOf(terms.regularizer);
    if (!penalty.ok())
        fail({penalty.error().code, name + "_" + penalty.error().where, penalty.error().message});
    else if (!terms.regularizer.config.isNull())
        if (const ValueRef loss = penalized(penalty.value(), result, axes); loss.id != kNoValue)
            m_weightLosses.push_back(loss.id);
    return cast(result, compute());
}

/// l1 * sum|x| + l2 * sum x² over `axes`.
ValueRef Emitter::penalized(const Penalty& penalty, ValueRef x, std::span<const std::int64_t> axes)
{
    const auto sum = [&](ValueRef of, double factor) {
        const ValueRef all
            = op(ops::reduceSum(), {of}, {{"axes", intsConfig(axes)}, {"keepdims", false}});
        return mul(constant(factor), all);
    };
    std::vector<ValueRef> parts;
    if (penalty.l1 != 0)
        parts.push_back(sum(op(ops::absolute(), {x}), penalty.l1));
    if (penalty.l2 != 0)
        parts.push_back(sum(op(ops::square(), {x}), penalty.l2));
    if (parts.empty())
        return sum(x, 0);
    return parts.size() == 1 ? parts[0] : add(parts[0], parts[1]);
}

ValueRef Emitter::constant(Tensor tensor)
{
    const ValueId id = fed(m_graph, {tensor.dtype(), tensor.shape(), {}}, m_origin);
    if (tensor.dtype() == DType::Float32 && !tensor.values<float>().empty()) {
        const auto [least, most] = std::ranges::minmax(tensor.values<float>());
        m_graph.nodes[id].spec.range = ValueRange::proven(double{least}, double{most});
    }
    m_graph.constants.push_back({id, std::move(tensor)});
    return {id};
}

ValueRef Emitter::constant(double value)
{
    return constant({}, std::span(&value, 1));
}

ValueRef Emitter::constant(Shape shape, std::span<const double> values)
{
    const ValueRef result = constant(dispatch(compute(), [&]<typename Number>(Number) {
        return Tensor::make<Number>(std::move(shape), [&](std::span<Number> out) {
            std::ranges::transform(values, out.begin(),
                                   [](double x) { return static_cast<Number>(x); });
        });
    }));
    if (!values.empty()) {
        const auto [least, most] = std::ranges::minmax(values);
        m_graph.nodes[result.id].spec.range = ValueRange::proven(least, most);
    }
    return result;
}

ValueRef Emitter::drawn(std::string name, Spec spec)
{
    const bool real = isFloating(spec.dtype);
    const ValueRef value = drawnAsIs(std::move(name), std::move(spec));
    return real ? cast(value, compute()) : value;
}

ValueRef Emitter::drawnAsIs(std::string name, Spec spec)
{
    name.insert(0, m_drawPrefix);
    for (const DrawSpec& draw : m_graph.draws)
        if (draw.origin == m_origin && draw.name == name)
            return {draw.value};
    const ValueId id = fed(m_graph, std::move(spec), m_origin);
    m_graph.draws.push_back({id, std::move(name), m_origin});
    return {id};
}

ValueRef Emitter::op(const Op& op, std::vector<ValueRef> inputs, ConfigObject args)
{
    std::vector<Spec> specs;
    std::vector<ValueId> ids;
    for (const ValueRef& input : inputs) {
        if (m_error || input.id == kNoValue)
            return {};
        specs.push_back(m_graph.nodes[input.id].spec);
        ids.push_back(input.id);
        if (specs.back().dtype == DType::String) {
            fail({ErrorCode::BadShape, "",
                  LB_TR("Error",
                        "computes with numbers and got strings: put a TextVectorization, "
                        "StringLookup or Hashing in front of it")});
            return {};
        }
    }
    const Config stored(std::move(args));
    Result<Spec> spec = op.infer({specs, stored});
    if (!spec.ok()) {
        fail(std::move(spec.error()));
        return {};
    }
    m_graph.nodes.push_back(
        {&op, std::move(ids), stored, std::move(spec.value()), m_origin, {}, m_gate});
    return {static_cast<ValueId>(m_graph.nodes.size() - 1)};
}

ValueRef Emitter::host(std::shared_ptr<const HostWork> work, std::vector<ValueRef> inputs, Spec out)
{
    OpNode node;
    for (const ValueRef& input : inputs) {
        if (m_error || input.id == kNoValue)
            return {};
        node.inputs.push_back(input.id);
    }
    node.args = ConfigObject{};
    node.spec = std::move(out);
    node.origin = m_origin;
    node.host = std::move(work);
    m_graph.nodes.push_back(std::move(node));
    return {static_cast<ValueId>(m_graph.nodes.size() - 1)};
}

ValueRef Emitter::matmul(ValueRef x, ValueRef w)
{
    return op(ops::matmul(), {x, w});
}

ValueRef Emitter::add(ValueRef a, ValueRef b)
{
    return op(ops::add(), {a, b});
}

ValueRef Emitter::sub(ValueRef a, ValueRef b)
{
    return op(ops::sub(), {a, b});
}

ValueRef Emitter::mul(ValueRef a, ValueRef b)
{
    return op(ops::mul(), {a, b});
}

ValueRef Emitter::div(ValueRef a, ValueRef b)
{
    return op(ops::div(), {a, b});
}

ValueRef Emitter::cast(ValueRef x, DType dtype)
{
    if (x.id == kNoValue || spec(x).dtype == dtype)
        return x;
    return op(ops::cast(), {x}, {{"dtype", std::string(nameOf(dtype))}}).withMask(x.mask);
}

ValueRef Emitter::activation(const Config& activation, ValueRef x)
{
    const std::string key = activationName(activation);
    if (key == "linear")
        return x;
    const Config none;
    const auto relu = [&](const Config& most) {
        return op(ops::relu(), {x},
                  {{"max_value", most}, {"negative_slope", 0.0}, {"threshold", 0.0}});
    };
    const auto along = [&](const Op& of) { return op(of, {x}, {{"axis", -1}}); };
    ValueRef y;
    if (key == "relu" || key == "relu6")
        y = relu(key == "relu" ? none : Config(6.0));
    else if (key == "leaky_relu")
        y = op(ops::leakyRelu(), {x}, {{"negative_slope", 0.2}});
    else if (key == "elu" || key == "celu")
        y = op(key == "elu" ? ops::elu() : ops::celu(), {x}, {{"alpha", 1.0}});
    else if (key == "gelu")
        y = op(ops::gelu(), {x}, {{"approximate", false}});
    else if (key == "glu")
        y = op(ops::glu(), {x});
    else if (key == "softmax" || key == "log_softmax" || key == "sparsemax")
        y = along(key == "softmax"         ? ops::softmax()
                      : key == "sparsemax" ? ops::sparsemax()
                                           : ops::logSoftmax());
    else if (const Op* known = ops::activationNamed(key))
        y = op(*known, {x});
    else
        fail(checkActivation(activation).error());
    return y.withMask(x.mask);
}

void Emitter::assign(ValueRef weight, ValueRef value)
{
    if (weight.id == kNoValue || value.id == kNoValue)
        return;
    while (node(weight)->op == &ops::cast()) // the weight as it is kept
        weight = {node(weight)->inputs.front()};
    m_graph.assigns.push_back({weight.id, cast(value, spec(weight).dtype).id});
}

void Emitter::addLoss(ValueRef scalar)
{
    if (scalar.id != kNoValue)
        m_graph.losses.push_back(scalar.id);
}

void Emitter::regularizeActivity(const Regularizer& regularizer, ValueRef output)
{
    if (regularizer.config.isNull() || output.id == kNoValue)
        return;
    const Result<Penalty> penalty = penaltyOf(regularizer);
    if (!penalty.ok())
        return fail({penalty.error().code, "activity_" + penalty.error().where,
                     penalty.error().message});
    std::vector<std::int64_t> axes;
    for (std::int64_t axis = 1; axis < rank(output); ++axis)
        axes.push_back(axis);
    const ValueRef rows = penalized(penalty.value(), output, axes);
    addLoss(rank(rows) == 0 ? rows
                            : op(ops::reduceMean(), {rows},
                                 {{"axes", ConfigList{0}}, {"keepdims", false}}));
}

Result<OpGraph> Emitter::finish(const Outputs& outputs) &&
{
    if (m_error)
        return std::move(*m_error);
    m_graph.losses.insert(m_graph.losses.end(), m_weightLosses.begin(), m_weightLosses.end());
    m_graph.outputs.clear();
    for (const ValueRef& output : outputs)
        m_graph.outputs.push_back(output.id);
    return std::move(m_graph);
}

std::vector<std::string> activationNames()
{
    std::vector<std::string> names{"celu", "elu",         "gelu",     "glu",    "leaky_relu",
                                   "linear", "log_softmax", "relu", "relu6", "softmax",
                                   "sparsemax"};
    for (const std::string_view name : ops::namedActivations())
        names.emplace_back(name);
    std::ranges::sort(names);
    return names;
}

} // namespace lb
