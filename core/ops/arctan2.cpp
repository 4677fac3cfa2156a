#include "core/interop/onnx/onnx_node.h"
#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

#include <cmath>
#include <numbers>

namespace lb {
namespace {

/// The angle of the point (x, y), -π..π. Inputs: y, x; NumPy's broadcasting. Source: NumPy
/// `arctan2`.
struct Arctan2 {
    static constexpr std::string_view kName = "arctan2";

    static Result<Spec> infer(const OpQuery& query)
    {
        LB_TRY(shape, broadcastShape(kName, query.in[0].shape, query.in[1].shape));
        return Spec{promoted(query.in[0].dtype, query.in[1].dtype), std::move(shape),
                    ValueRange::proven(-std::numbers::pi, std::numbers::pi)};
    }
    /// Of the quotient, turned by half where x is negative; 0 at the origin. ONNX has no operator of
    /// its own.
    static Result<> onnx(OnnxNode& node)
    {
        const std::string& y = node.input(0);
        const std::string& x = node.input(1);
        const std::string zero = node.scalar(0);
        const std::string angle = node.add("Atan", {node.add("Div", {y, x})});
        const std::string half = node.add(
            "Where", {node.add("Less", {y, zero}), node.scalar(-std::numbers::pi),
                      node.scalar(std::numbers::pi)});
        const std::string turned
            = node.add("Where", {node.add("Less", {x, zero}), node.add("Add", {angle, half}), angle});
        const std::string origin = node.add(
            "And", {node.add("Equal", {x, zero}), node.add("Equal", {y, zero})});
        node.result(node.add("Where", {origin, zero, turned}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        forEachBroadcast(run.in[0].shape, run.in[1].shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             run.y[i] = std::atan2(run.in[0].value[ia], run.in[1].value[ib]);
                         });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& a = run.in[0];
        const auto& b = run.in[1];
        forEachBroadcast(a.shape, b.shape, run.shape,
                         [&](std::size_t i, std::size_t ia, std::size_t ib) {
                             const T y = a.value[ia];
                             const T x = b.value[ib];
                             const T square = x * x + y * y;
                             if (!a.gradient.empty())
                                 a.gradient[ia] += run.dy[i] * x / square;
                             if (!b.gradient.empty())
                                 b.gradient[ib] -= run.dy[i] * y / square;
                         });
    }
};

} // namespace

const Op& ops::arctan2()
{
    static constexpr Op op = opOf<Arctan2>();
    return op;
}

} // namespace lb
