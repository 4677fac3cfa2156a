#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Axes in another order: y's axis i is x's axis perm[i]. Args: perm. Source: NumPy `transpose`.
struct Transpose {
    static constexpr std::string_view kName = "transpose";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        const auto perm = intsArg(query.args, "perm");
        LB_TRY(seen, axisFlags(kName, x.shape.size(), perm));
        if (perm.size() != x.shape.size() || std::ranges::find(seen, false) != seen.end())
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "%1 is not an order of the axes of %2"),
                          {text(perm), text(x.shape)}}};
        Spec y{x.dtype, {}, x.range};
        for (const std::int64_t axis : perm)
            y.shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
        return y;
    }
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        Shape strides(run.in[0].shape.size(), 1); // of x
        for (std::size_t axis = strides.size(); axis-- > 1;)
            strides[axis - 1] = strides[axis] * run.in[0].shape[axis];
        Shape order;
        for (const std::int64_t axis : intsArg(run.args, "perm"))
            order.push_back(strides[static_cast<std::size_t>(axis)]);
        forEachStrided(run.shape, order, visit);
    }
    static Result<> onnx(OnnxNode& node)
    {
        return node.as("Transpose", {{"perm", intsArg(node.args(), "perm")}});
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](std::size_t y, std::size_t x) { run.y[y] = run.in[0].value[x]; });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (!run.in[0].gradient.empty())
            each(run, [&](std::size_t y, std::size_t x) { run.in[0].gradient[x] += run.dy[y]; });
    }
};

} // namespace

const Op& ops::transpose()
{
    static constexpr Op op = opOf<Transpose>();
    return op;
}

} // namespace lb
