#pragma once

#include "core/ops/op_graph.h"
#include "core/support/limits.h"

#include <optional>

namespace lb {

/// Runs an OpGraph op by op: the reference for the fast engine, and in double the check of
/// every gradient. Instantiated for float and double. One thread at a time.
/// Values of 16 bits are rounded after every op. Where a graph has float64 beside float32, ops
/// without float64 are computed in float: what Keras' backend does op by op.
template <std::floating_point T> class Interpreter {
public:
    /// `graph` must outlive the interpreter and have known shapes, but for what follows from host
    /// work: that is known when it has run. Constants are set.
    explicit Interpreter(const OpGraph& graph, const Limits& limits = {});

    std::span<T> value(ValueId id) { return m_values[id]; } ///< write inputs and weights here
    void set(ValueId id, const Tensor& tensor); ///< the same, from any dtype; host work sees the tensor
    Tensor tensor(ValueId id) const; ///< in the value's own dtype
    std::span<const T> gradient(ValueId id) const { return m_gradients[id]; }
    const Spec& spec(ValueId id) const { return m_specs[id]; } ///< after a run without open dimensions

    /// Errors: those of host work; TooLarge if a shape that was open needs too much memory.
    Result<> run();
    void forward(); ///< run() of a graph that cannot fail
    /// After run(); `dys` holds the gradient of each output, in order.
    void backward(std::span<const std::vector<T>> dys);

private:
    OpRun<T> runOf(ValueId id);
    void settle(ValueId id); ///< rounds a value to its dtype, where T holds more than that
    bool isNarrow(ValueId id) const; ///< an op of floats or bytes, none of them float64
    void runNarrow(ValueId id);
    Result<> runHost(ValueId id);
    Result<> close(ValueId id); ///< shape of an op behind host work
    Result<> resize(ValueId id);

    const OpGraph& m_graph;
    Limits m_limits;
    std::vector<Spec> m_specs;
    std::vector<std::vector<T>> m_values;
    std::vector<std::vector<T>> m_gradients;
    bool m_mixed = false; ///< float32 stands beside float64
    std::vector<std::optional<Tensor>> m_tensors; ///< exact: what was set, what host work gave
};

} // namespace lb
