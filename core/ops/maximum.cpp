#include "core/interop/onnx/onnx_node.h"
#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// y = the larger of a and b; NaN if one of them is. Where both are equal, a gets the gradient.
/// Shapes: NumPy's broadcasting. Source: TensorFlow `maximum`.
struct Maximum {
    static constexpr std::string_view kName = "maximum";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& a = query.in[0];
        const Spec& b = query.in[1];
        LB_TRY(shape, broadcastShape(kName, a.shape, b.shape));
        return Spec{promoted(a.dtype, b.dtype), std::move(shape),
                    rangeOf(a.range, b.range, std::max(a.range.least, b.range.least),
                            std::max(a.range.most, b.range.most))};
    }
    static Result<> onnx(OnnxNode& node) { return node.asPromoted("Max"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        forEachBroadcast(run.in[0].shape, run.in[1].shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             const T a = run.in[0].value[ia];
                             const T b = run.in[1].value[ib];
                             run.y[i] = a >= b || a != a ? a : b;
                         });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             const bool first = a.value[ia] >= b.value[ib];
                             if (first && !a.gradient.empty())
                                 a.gradient[ia] += run.dy[i];
                             if (!first && !b.gradient.empty())
                                 b.gradient[ib] += run.dy[i];
                         });
    }
};

} // namespace

const Op& ops::maximum()
{
    static constexpr Op op = opOf<Maximum>();
    return op;
}

} // namespace lb
