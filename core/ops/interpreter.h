#pragma once

#include "core/ops/op_graph.h"

namespace lb {

/// Runs an OpGraph op by op: the reference for the fast engine, and in double the check of
/// every gradient. Instantiated for float and double. One thread at a time.
template <std::floating_point T> class Interpreter {
public:
    /// `graph` must outlive the interpreter and have known shapes. Constants are set.
    explicit Interpreter(const OpGraph& graph);

    std::span<T> value(ValueId id) { return m_values[id]; } ///< write inputs and weights here
    void set(ValueId id, const Tensor& tensor); ///< the same, from any dtype
    Tensor tensor(ValueId id) const; ///< in the value's own dtype
    std::span<const T> gradient(ValueId id) const { return m_gradients[id]; }

    void forward();
    /// After forward(); `dys` holds the gradient of each output, in order.
    void backward(std::span<const std::vector<T>> dys);

private:
    OpRun<T> runOf(ValueId id);

    const OpGraph& m_graph;
    std::vector<std::vector<T>> m_values;
    std::vector<std::vector<T>> m_gradients;
};

} // namespace lb
