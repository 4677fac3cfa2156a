#include "core/ops/interpreter.h"

#include "core/tensor/dispatch.h"

#include <functional>

namespace lb {

template <std::floating_point T>
Interpreter<T>::Interpreter(const OpGraph& graph)
    : m_graph(graph)
{
    for (const OpNode& node : graph.nodes)
        m_values.emplace_back(static_cast<std::size_t>(elementCount(node.spec.shape)), T{0});
    m_gradients = m_values;
    for (const ConstantSpec& constant : graph.constants)
        set(constant.value, constant.tensor);
}

template <std::floating_point T> void Interpreter<T>::set(ValueId id, const Tensor& tensor)
{
    const auto into = value(id);
    const auto copy = [&]<typename Number>(std::span<const Number> from) {
        std::ranges::transform(from, into.begin(), [](Number x) { return static_cast<T>(x); });
    };
    assert(elementCount(tensor.shape()) == std::ssize(into));
    dispatch(tensor.dtype(), [&]<typename Number>(Number) { copy(tensor.values<Number>()); });
}

template <std::floating_point T> Tensor Interpreter<T>::tensor(ValueId id) const
{
    const Spec& spec = m_graph.nodes[id].spec;
    return dispatch(spec.dtype, [&]<typename Number>(Number) {
        return Tensor::make<Number>(spec.shape, [&](std::span<Number> out) {
            std::ranges::transform(m_values[id], out.begin(),
                                   [](T x) { return static_cast<Number>(x); });
        });
    });
}

template <std::floating_point T> void Interpreter<T>::forward()
{
    for (ValueId id = 0; id < m_graph.nodes.size(); ++id) {
        const OpNode& node = m_graph.nodes[id];
        if (!node.op)
            continue;
        std::ranges::fill(m_values[id], T{0});
        (node.op->template reference<T>())(runOf(id));
    }
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
    OpRun<T> run{{}, node.spec.shape, m_values[id], m_gradients[id], node.args,
                 node.spec.dtype};
    for (const ValueId input : node.inputs)
        run.in.push_back({m_graph.nodes[input].spec.shape, m_values[input], m_gradients[input],
                          m_graph.nodes[input].spec.dtype});
    return run;
}

template class Interpreter<float>;
template class Interpreter<double>;

} // namespace lb
