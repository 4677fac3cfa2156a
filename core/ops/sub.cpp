#include "core/interop/onnx/onnx_node.h"
#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = a - b. Shapes: NumPy's broadcasting. Source: NumPy.
struct Sub {
    static constexpr std::string_view kName = "sub";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& a = query.in[0];
        const Spec& b = query.in[1];
        LB_TRY(shape, broadcastShape(kName, a.shape, b.shape));
        const ValueRange& ra = a.range;
        const ValueRange& rb = b.range;
        const double least = ra.least - rb.most;
        const double most = ra.most - rb.least;
        return Spec{promoted(a.dtype, b.dtype), std::move(shape), rangeOf(ra, rb, least, most)};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             const T av = a.value[ia];
                             const T bv = b.value[ib];
                             run.y[i] = av - bv;
                         });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             if (!a.gradient.empty())
                                 a.gradient[ia] += run.dy[i];
                             if (!b.gradient.empty())
                                 b.gradient[ib] += -run.dy[i];
                         });
    }
    static Result<> onnx(OnnxNode& node) { return node.asPromoted("Sub"); }
};

} // namespace

const Op& ops::sub()
{
    static constexpr Op op = opOf<Sub>();
    return op;
}

} // namespace lb
