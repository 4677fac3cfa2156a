#pragma once

#include "core/interop/onnx/onnx_node.h"
#include "core/ops/broadcast.h"

namespace lb {

/// Makes the parts of an Op with two inputs under NumPy's broadcasting of a struct `F` with kName,
/// kOnnx (its operator), range(of a, of b), value<T>(a, b) and what of dy goes to a and to b:
/// toA<T>(dy, a, b) and toB<T>(dy, a, b).
template <typename F> struct Arithmetic {
    static constexpr std::string_view kName = F::kName;

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& a = query.in[0];
        const Spec& b = query.in[1];
        LB_TRY(shape, broadcastShape(kName, a.shape, b.shape));
        return Spec{promoted(a.dtype, b.dtype), std::move(shape), F::range(a.range, b.range)};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             run.y[i] = F::value(a.value[ia], b.value[ib]);
                         });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             const T av = a.value[ia];
                             const T bv = b.value[ib];
                             if (!a.gradient.empty())
                                 a.gradient[ia] += F::toA(run.dy[i], av, bv);
                             if (!b.gradient.empty())
                                 b.gradient[ib] += F::toB(run.dy[i], av, bv);
                         });
    }
    static Result<> onnx(OnnxNode& node) { return node.asPromoted(F::kOnnx); }
};

} // namespace lb
