#include "core/ops/interpreter.h"

#include "core/tensor/dispatch.h"
#include "core/tensor/rounded.h"

#include <functional>

namespace lb {
namespace {

bool isOpen(const Shape& shape)
{
    return std::ranges::find(shape, kUnknown) != shape.end();
}

} // namespace

template <std::floating_point T>
Interpreter<T>::Interpreter(const OpGraph& graph, const Limits& limits)
    : m_graph(graph)
    , m_limits(limits)
    , m_tensors(graph.nodes.size())
{
    for (const OpNode& node : graph.nodes) {
        m_mixed = m_mixed || node.spec.dtype == DType::Float64;
        const bool empty = isOpen(node.spec.shape) || node.spec.dtype == DType::String;
        m_specs.push_back(node.spec);
        m_values.emplace_back(
            empty ? 0 : static_cast<std::size_t>(elementCount(node.spec.shape)), T{0});
    }
    m_gradients = m_values;
    for (const ConstantSpec& constant : graph.constants)
        set(constant.value, constant.tensor);
}

template <std::floating_point T> void Interpreter<T>::set(ValueId id, const Tensor& tensor)
{
    m_tensors[id] = tensor;
    if (tensor.dtype() == DType::String)
        return;
    const auto into = value(id);
    assert(elementCount(tensor.shape()) == std::ssize(into));
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        std::ranges::transform(tensor.values<Number>(), into.begin(),
                               [](Number x) { return static_cast<T>(x); });
    });
    if (is16Bit(m_specs[id].dtype))
        settle(id);
}

template <std::floating_point T> void Interpreter<T>::settle(ValueId id)
{
    const DType dtype = m_specs[id].dtype;
    if (is16Bit(dtype) || m_mixed)
        roundTo<T>(dtype, m_values[id]);
}

template <std::floating_point T> Tensor Interpreter<T>::tensor(ValueId id) const
{
    if (m_graph.nodes[id].host && m_tensors[id])
        return *m_tensors[id];
    const Spec& spec = m_specs[id];
    if (spec.dtype == DType::String)
        return m_tensors[id] ? *m_tensors[id] : Tensor();
    return dispatch(spec.dtype, [&]<typename Number>(Number) {
        return Tensor::make<Number>(spec.shape, [&](std::span<Number> out) {
            std::ranges::transform(m_values[id], out.begin(),
                                   [](T x) { return static_cast<Number>(x); });
        });
    });
}

template <std::floating_point T> Result<> Interpreter<T>::run()
{
    for (ValueId id = 0; id < m_graph.nodes.size(); ++id) {
        const OpNode& node = m_graph.nodes[id];
        if (node.fed())
            continue;
        if (node.host) {
            if (Result<> done = runHost(id); !done.ok())
                return done;
            continue;
        }
        if (isOpen(node.spec.shape))
            if (Result<> done = close(id); !done.ok())
                return done;
        std::ranges::fill(m_values[id], T{0});
        if (const auto& gate = node.gate) {
            const T choice = m_values[gate->choices][static_cast<std::size_t>(gate->slot)];
            if (chosenOf(choice, gate->count) != gate->number)
                continue;
        }
        if (std::same_as<T, double> && m_mixed && isNarrow(id))
            runNarrow(id);
        else
            (node.op->template reference<T>())(runOf(id));
        settle(id);
    }
    return std::monostate{};
}

template <std::floating_point T> bool Interpreter<T>::isNarrow(ValueId id) const
{
    const OpNode& node = m_graph.nodes[id];
    const auto any = [&](auto&& is) {
        return is(node.spec.dtype)
            || std::ranges::any_of(
                   node.inputs, [&](ValueId input) { return is(m_graph.nodes[input].spec.dtype); });
    };
    return any([](DType dtype) { return isFloating(dtype) || dtype == DType::UInt8; })
        && !any([](DType dtype) { return dtype == DType::Float64; });
}

template <std::floating_point T> void Interpreter<T>::runNarrow(ValueId id)
{
    const OpNode& node = m_graph.nodes[id];
    std::vector<std::vector<float>> numbers;
    OpRun<float> run{{}, m_specs[id].shape, {}, {}, node.args, node.spec.dtype};
    for (const ValueId input : node.inputs) {
        std::vector<float> values(m_values[input].size());
        std::ranges::transform(m_values[input], values.begin(),
                               [](T x) { return static_cast<float>(x); });
        run.in.push_back({m_specs[input].shape, values, {}, m_graph.nodes[input].spec.dtype});
        numbers.push_back(std::move(values)); // keeps its memory
    }
    std::vector<float> y(m_values[id].size());
    run.y = y;
    (node.op->template reference<float>())(run);
    std::ranges::copy(y, m_values[id].begin());
}

template <std::floating_point T> void Interpreter<T>::forward()
{
    const Result<> done = run();
    assert(done.ok());
    static_cast<void>(done);
}

template <std::floating_point T> Result<> Interpreter<T>::runHost(ValueId id)
{
    const OpNode& node = m_graph.nodes[id];
    std::vector<Tensor> inputs;
    for (const ValueId input : node.inputs) {
        const OpNode& from = m_graph.nodes[input];
        const bool exact = m_tensors[input] && m_tensors[input]->dtype() == from.spec.dtype;
        inputs.push_back(exact && !from.op ? *m_tensors[input] : tensor(input));
    }
    LB_TRY(result, hostResult(*node.host, inputs, node.spec.dtype, node.spec.shape));
    m_specs[id].shape = result.shape();
    m_tensors[id] = result;
    if (result.dtype() == DType::String)
        return std::monostate{};
    if (Result<> done = resize(id); !done.ok())
        return done;
    const Tensor kept = result;
    set(id, kept);
    return std::monostate{};
}

template <std::floating_point T> Result<> Interpreter<T>::close(ValueId id)
{
    const OpNode& node = m_graph.nodes[id];
    std::vector<Spec> in;
    for (const ValueId input : node.inputs)
        in.push_back(m_specs[input]);
    LB_TRY(spec, node.op->infer({in, node.args}));
    m_specs[id].shape = spec.shape;
    return resize(id);
}

template <std::floating_point T> Result<> Interpreter<T>::resize(ValueId id)
{
    const Shape& shape = m_specs[id].shape;
    std::size_t left = m_limits.tensorBytes / (2 * sizeof(double)); // with gradients
    for (const std::int64_t size : shape) {
        if (size == kUnknown)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "a shape is not known: %1"), {text(shape)}}};
        if (size > 0)
            left /= static_cast<std::size_t>(size);
    }
    if (left == 0)
        return Error{
            ErrorCode::TooLarge,
            "",
            {LB_TR("Error", "a result of shape %1 needs too much memory"), {text(shape)}}};
    m_values[id].assign(static_cast<std::size_t>(elementCount(shape)), T{0});
    m_gradients[id] = m_values[id];
    return std::monostate{};
}

template <std::floating_point T>
void Interpreter<T>::backward(std::span<const std::vector<T>> dys)
{
    assert(dys.size() <= m_graph.outputs.size());
    for (auto& gradient : m_gradients)
        std::ranges::fill(gradient, T{0});
    for (std::size_t i = 0; i < dys.size(); ++i)
        std::ranges::transform(dys[i], m_gradients[m_graph.outputs[i]],
                               m_gradients[m_graph.outputs[i]].begin(), std::plus<>());
    for (auto id = static_cast<ValueId>(m_graph.nodes.size()); id-- > 0;)
        if (const Op* op = m_graph.nodes[id].op; op && op->differentiable())
            (op->template gradient<T>())(runOf(id));
}

template <std::floating_point T> OpRun<T> Interpreter<T>::runOf(ValueId id)
{
    const OpNode& node = m_graph.nodes[id];
    OpRun<T> run{{},        m_specs[id].shape, m_values[id], m_gradients[id],
                 node.args, node.spec.dtype};
    for (const ValueId input : node.inputs)
        run.in.push_back({m_specs[input].shape, m_values[input], m_gradients[input],
                          m_graph.nodes[input].spec.dtype});
    return run;
}

template class Interpreter<float>;
template class Interpreter<double>;

} // namespace lb
