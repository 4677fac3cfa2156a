#include "core/interop/onnx/onnx_node.h"
#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = condition ? a : b, element by element. Shapes: NumPy's broadcasting of all three.
/// Source: NumPy `where`.
struct Where {
    static constexpr std::string_view kName = "where";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& a = query.in[1];
        const Spec& b = query.in[2];
        LB_TRY(values, broadcastShape(kName, a.shape, b.shape));
        LB_TRY(shape, broadcastShape(kName, query.in[0].shape, values));
        return Spec{promoted(a.dtype, b.dtype), std::move(shape),
                    rangeOf(a.range, b.range, std::min(a.range.least, b.range.least),
                            std::max(a.range.most, b.range.most))};
    }
    static Result<> onnx(OnnxNode& node)
    {
        const DType dtype = node.spec().dtype;
        node.result(node.add("Where", {node.inputAs(0, DType::Bool), node.inputAs(1, dtype),
                                       node.inputAs(2, dtype)}));
        return std::monostate{};
    }
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const BroadcastIndex condition(run.in[0].shape, run.shape);
        const BroadcastIndex a(run.in[1].shape, run.shape);
        const BroadcastIndex b(run.in[2].shape, run.shape);
        for (std::size_t i = 0; i < run.y.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            const bool first = run.in[0].value[condition.at(at)] != 0;
            visit(i, run.in[first ? 1 : 2], first ? a.at(at) : b.at(at));
        }
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](std::size_t i, const OpInput<T>& from, std::size_t k) {
            run.y[i] = from.value[k];
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        each(run, [&](std::size_t i, const OpInput<T>& from, std::size_t k) {
            if (!from.gradient.empty())
                from.gradient[k] += run.dy[i];
        });
    }
};

} // namespace

const Op& ops::where()
{
    static constexpr Op op = opOf<Where>();
    return op;
}

} // namespace lb
