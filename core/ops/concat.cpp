#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Values one behind the other along `axis`; all other dimensions are equal. Args: axis.
/// Source: NumPy `concatenate`.
struct Concat {
    static constexpr std::string_view kName = "concat";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        LB_TRY(axis, axisIndex(kName, y.shape.size(), intArg(query.args, "axis")));
        for (const Spec& x : query.in.subspan(1)) {
            if (!fits(y.shape, x.shape, axis))
                return Error{
                    ErrorCode::BadShape,
                    std::string(kName),
                    {LB_TR("Error", "shapes %1 and %2 differ beside axis %3"),
                     {text(query.in[0].shape), text(x.shape), static_cast<std::int64_t>(axis)}}};
            const bool open = y.shape[axis] == kUnknown || x.shape[axis] == kUnknown;
            for (std::size_t i = 0; i < y.shape.size(); ++i)
                y.shape[i] = std::max(y.shape[i], i == axis ? kUnknown : x.shape[i]);
            y.shape[axis] = open ? kUnknown : y.shape[axis] + x.shape[axis];
            y.dtype = promoted(y.dtype, x.dtype);
            y.range = rangeOf(y.range, x.range, std::min(y.range.least, x.range.least),
                              std::max(y.range.most, x.range.most));
        }
        return y;
    }
    static bool fits(const Shape& a, const Shape& b, std::size_t axis)
    {
        if (a.size() != b.size())
            return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (i != axis && a[i] != b[i] && a[i] != kUnknown && b[i] != kUnknown)
                return false;
        return true;
    }
    static Result<> onnx(OnnxNode& node)
    {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < node.inputCount(); ++i)
            parts.push_back(node.inputAs(i, node.spec().dtype));
        node.result(
            node.add("Concat", std::move(parts), {{"axis", intArg(node.args(), "axis")}}));
        return std::monostate{};
    }
    /// Runs visit(input, its offset, y's offset, count) for each run of elements.
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const std::size_t axis
            = axisIndex(kName, run.shape.size(), intArg(run.args, "axis")).value();
        std::size_t y = 0;
        for (std::int64_t outer = 0; outer < axisView(run.shape, axis).outer; ++outer)
            for (const auto& x : run.in) {
                const AxisView view = axisView(x.shape, axis);
                const auto count = static_cast<std::size_t>(view.size * view.inner);
                visit(x, static_cast<std::size_t>(outer) * count, y, count);
                y += count;
            }
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](const OpInput<T>& x, std::size_t from, std::size_t to, std::size_t count) {
            std::ranges::copy(x.value.subspan(from, count), run.y.subspan(to).begin());
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        each(run, [&](const OpInput<T>& x, std::size_t to, std::size_t from, std::size_t count) {
            for (std::size_t i = 0; i < count && !x.gradient.empty(); ++i)
                x.gradient[to + i] += run.dy[from + i];
        });
    }
};

} // namespace

const Op& ops::concat()
{
    static constexpr Op op = opOf<Concat>();
    return op;
}

} // namespace lb
