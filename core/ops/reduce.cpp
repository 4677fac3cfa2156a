#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <limits>

namespace lb {
namespace {

/// The output's shape. Args: axes (negative counts from the last), keepdims.
Result<Spec> reduced(std::string_view op, const OpQuery& query)
{
    const Shape& x = query.in[0].shape;
    LB_TRY(gone, axisFlags(op, x.size(), intsArg(query.args, "axes")));
    Spec y{query.in[0].dtype, {}, {}};
    for (std::size_t axis = 0; axis < x.size(); ++axis) {
        if (!gone[axis])
            y.shape.push_back(x[axis]);
        else if (boolArg(query.args, "keepdims"))
            y.shape.push_back(1);
    }
    return y;
}

Result<> onnxReduce(OnnxNode& node, std::string type)
{
    const std::string axes = node.ints(intsArg(node.args(), "axes"));
    const auto keepdims = std::int64_t{boolArg(node.args(), "keepdims")};
    node.result(node.add(std::move(type), {node.input(0), axes},
                         {{"keepdims", keepdims}, {"noop_with_empty_axes", std::int64_t{1}}}));
    return std::monostate{};
}

/// Runs visit(x index, y index) over x in order.
template <typename T, typename Visit>
void forEachReduced(std::string_view op, const OpRun<T>& run, Visit&& visit)
{
    const auto x = run.in[0].shape;
    const auto gone = axisFlags(op, x.size(), intsArg(run.args, "axes")).value();
    Shape strides(x.size(), 0);
    std::int64_t stride = 1;
    for (std::size_t axis = x.size(); axis-- > 0;) {
        strides[axis] = gone[axis] ? 0 : stride;
        stride *= gone[axis] ? 1 : x[axis];
    }
    forEachStrided(x, strides, visit);
}

template <typename T> T share(const OpRun<T>& run)
{
    return static_cast<T>(run.y.size())
        / static_cast<T>(std::max<std::size_t>(run.in[0].value.size(), 1));
}

/// y = sum of x over `axes`. Shapes: x any; y without the axes, or with 1 where keepdims.
/// Source: NumPy.
struct ReduceSum {
    static constexpr std::string_view kName = "reduce_sum";

    static Result<Spec> infer(const OpQuery& query) { return reduced(kName, query); }
    static Result<> onnx(OnnxNode& node) { return onnxReduce(node, "ReduceSum"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        forEachReduced(kName, run,
                       [&](std::size_t i, std::size_t o) { run.y[o] += run.in[0].value[i]; });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (!run.in[0].gradient.empty())
            forEachReduced(kName, run, [&](std::size_t i, std::size_t o) {
                run.in[0].gradient[i] += run.dy[o];
            });
    }
};

/// y = mean of x over `axes`. Shapes: as reduce_sum. Source: NumPy.
struct ReduceMean {
    static constexpr std::string_view kName = "reduce_mean";

    static Result<Spec> infer(const OpQuery& query)
    {
        LB_TRY(y, reduced(kName, query));
        y.range = query.in[0].range;
        return y;
    }
    static Result<> onnx(OnnxNode& node) { return onnxReduce(node, "ReduceMean"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        ReduceSum::reference(run);
        const T part = share(run);
        for (T& y : run.y)
            y *= part;
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const T part = share(run);
        if (!run.in[0].gradient.empty())
            forEachReduced(kName, run, [&](std::size_t i, std::size_t o) {
                run.in[0].gradient[i] += run.dy[o] * part;
            });
    }
};

/// y = largest x over `axes`; equal maxima share the gradient. Shapes: as reduce_sum.
/// Source: TensorFlow `reduce_max`.
struct ReduceMax {
    static constexpr std::string_view kName = "reduce_max";

    static Result<Spec> infer(const OpQuery& query) { return ReduceMean::infer(query); }
    static Result<> onnx(OnnxNode& node) { return onnxReduce(node, "ReduceMax"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::fill(run.y, -std::numeric_limits<T>::infinity());
        forEachReduced(kName, run, [&](std::size_t i, std::size_t o) {
            const T x = run.in[0].value[i];
            run.y[o] = x > run.y[o] || x != x ? x : run.y[o];
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        if (x.gradient.empty())
            return;
        std::vector<T> winners(run.y.size(), 0);
        forEachReduced(kName, run, [&](std::size_t i, std::size_t o) {
            winners[o] += x.value[i] == run.y[o] ? T{1} : T{0};
        });
        forEachReduced(kName, run, [&](std::size_t i, std::size_t o) {
            if (x.value[i] == run.y[o])
                x.gradient[i] += run.dy[o] / winners[o];
        });
    }
};

} // namespace

const Op& ops::reduceSum()
{
    static constexpr Op op = opOf<ReduceSum>();
    return op;
}

const Op& ops::reduceMean()
{
    static constexpr Op op = opOf<ReduceMean>();
    return op;
}

const Op& ops::reduceMax()
{
    static constexpr Op op = opOf<ReduceMax>();
    return op;
}

} // namespace lb
