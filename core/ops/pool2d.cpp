#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"
#include "core/ops/window.h"

namespace lb {
namespace {

Result<Window2d> windowOf(std::string_view op, std::span<const std::int64_t> x, const Config& args)
{
    const auto size = intsArg(args, "pool_size");
    return window2d(op, x, size[0], size[1], args);
}

Result<Spec> pooled(std::string_view op, const OpQuery& query)
{
    const Spec& x = query.in[0];
    LB_TRY(window, windowOf(op, x.shape, query.args));
    return Spec{x.dtype,
                {x.shape[0], window.rows.out, window.columns.out, x.shape[3]},
                x.range}; // neither a maximum nor a mean leaves the range
}

Result<> onnxPool(std::string_view op, OnnxNode& node, std::string type)
{
    const auto size = intsArg(node.args(), "pool_size");
    LB_TRY(attributes, onnxWindow(op, node, size[0], size[1]));
    if (type == "AveragePool")
        attributes["count_include_pad"] = std::int64_t{0};
    const std::string x = node.transposed(node.input(0), {0, 3, 1, 2});
    node.result(
        node.transposed(node.add(std::move(type), {x}, std::move(attributes)), {0, 2, 3, 1}));
    return std::monostate{};
}

/// Runs visit(y index, elements) for every output; `elements` calls its argument with the index
/// of each input that the window sees, row by row.
template <typename T, typename Visit>
void forEachWindow(std::string_view op, const OpRun<T>& run, Visit&& visit)
{
    const auto x = run.in[0].shape;
    const Window2d window = windowOf(op, x, run.args).value();
    const auto& [rows, columns] = std::tie(window.rows, window.columns);
    std::size_t y = 0;
    for (std::int64_t row = 0; row < x[0] * rows.out; ++row) {
        const std::int64_t o = row % rows.out;
        const std::int64_t top = row / rows.out * x[1] + rows.first(o);
        for (std::int64_t p = 0; p < columns.out; ++p) {
            for (std::int64_t channel = 0; channel < x[3]; ++channel) {
                visit(y++, [&, &rows = rows, &columns = columns](auto&& see) {
                    for (std::int64_t i = rows.begin(o); i < rows.end(o); ++i)
                        for (std::int64_t j = columns.begin(p); j < columns.end(p); ++j)
                            see(static_cast<std::size_t>(
                                ((top + i) * x[2] + columns.first(p) + j) * x[3] + channel));
                });
            }
        }
    }
}

/// The largest value in each window; its gradient goes to the first of equal maxima.
///
/// Shapes: x [batch, rows, columns, channels], y [batch, rows', columns', channels].
/// Args: pool_size [2]; strides, padding as window2d(). Padding never wins.
/// Source: TensorFlow `max_pool2d`.
struct MaxPool2d {
    static constexpr std::string_view kName = "max_pool2d";

    static Result<Spec> infer(const OpQuery& query) { return pooled(kName, query); }
    static Result<> onnx(OnnxNode& node) { return onnxPool(kName, node, "MaxPool"); }
    template <typename Elements, typename T>
    static std::size_t largest(std::span<const T> x, Elements&& elements)
    {
        bool any = false;
        std::size_t best = 0;
        elements([&](std::size_t i) {
            if (!any || x[i] > x[best] || (x[i] != x[i] && x[best] == x[best])) // NaN wins
                best = i;
            any = true;
        });
        return best;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].value;
        forEachWindow(kName, run,
                      [&](std::size_t y, auto&& elements) { run.y[y] = x[largest(x, elements)]; });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        if (x.gradient.empty())
            return;
        forEachWindow(kName, run, [&](std::size_t y, auto&& elements) {
            x.gradient[largest(x.value, elements)] += run.dy[y];
        });
    }
};

/// The mean of each window, over what is not padding.
///
/// Shapes, args: as max_pool2d. Source: TensorFlow `avg_pool2d`.
struct AvgPool2d {
    static constexpr std::string_view kName = "avg_pool2d";

    static Result<Spec> infer(const OpQuery& query) { return pooled(kName, query); }
    static Result<> onnx(OnnxNode& node) { return onnxPool(kName, node, "AveragePool"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].value;
        forEachWindow(kName, run, [&](std::size_t y, auto&& elements) {
            T sum = 0;
            std::int64_t count = 0;
            elements([&](std::size_t i) {
                sum += x[i];
                ++count;
            });
            run.y[y] = sum / static_cast<T>(count);
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        if (x.gradient.empty())
            return;
        forEachWindow(kName, run, [&](std::size_t y, auto&& elements) {
            std::int64_t count = 0;
            elements([&](std::size_t) { ++count; });
            elements([&](std::size_t i) { x.gradient[i] += run.dy[y] / static_cast<T>(count); });
        });
    }
};

} // namespace

const Op& ops::maxPool2d()
{
    static constexpr Op op = opOf<MaxPool2d>();
    return op;
}

const Op& ops::avgPool2d()
{
    static constexpr Op op = opOf<AvgPool2d>();
    return op;
}

} // namespace lb
