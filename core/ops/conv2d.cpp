#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"
#include "core/ops/window.h"

#include <Eigen/Core>

namespace lb {
namespace {

template <typename T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <typename T> using Rows = Eigen::Map<RowMajor<T>, 0, Eigen::OuterStride<>>;
template <typename T> using ConstRows = Eigen::Map<const RowMajor<T>, 0, Eigen::OuterStride<>>;

/// The output columns [from, to) that column `k` of the kernel meets inside the input.
struct Span {
    std::int64_t from, to;
};

Span met(const WindowAxis& axis, std::int64_t k)
{
    const std::int64_t shift = k * axis.dilation - axis.before; // input = o * stride + shift
    const std::int64_t from = shift >= 0 ? 0 : (-shift + axis.stride - 1) / axis.stride;
    const std::int64_t last = axis.in - 1 - shift;
    return {from, last < 0 ? 0 : std::min(axis.out, last / axis.stride + 1)};
}

/// Cross-correlation of images with kernels.
///
/// Shapes: x [batch, rows, columns, in], w [height, width, in / groups, out],
///         y [batch, rows', columns', out].
/// Args: strides, padding, dilation as window2d(); groups. Source: TensorFlow `conv2d`.
struct Conv2d {
    static constexpr std::string_view kName = "conv2d";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& x = query.in[0].shape;
        const Shape& w = query.in[1].shape;
        const std::int64_t groups = intArg(query.args, "groups");
        if (x.size() != 4 || w.size() != 4 || x[3] != w[2] * groups || w[3] % groups != 0)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "cannot convolve %1 with %2 in %3 groups"),
                          {text(x), text(w), groups}}};
        LB_TRY(window, window2d(kName, x, w[0], w[1], query.args));
        return Spec{query.in[0].dtype, {x[0], window.rows.out, window.columns.out, w[3]}, {}};
    }
    static std::int64_t macs(const OpQuery& query, const Spec& y)
    {
        const Shape& w = query.in[1].shape;
        return elementCount(y.shape) * w[0] * w[1] * w[2];
    }

    /// Runs visit(x offset, x column stride, w offset, y offset, count): `count` output columns
    /// of one row that see one place of the kernel, as one product of matrices a group.
    template <typename T, typename Visit> static void visitRows(const OpRun<T>& run, Visit&& visit)
    {
        const auto x = run.in[0].shape;
        const auto w = run.in[1].shape;
        const Window2d window = window2d(kName, x, w[0], w[1], run.args).value();
        const std::int64_t groups = intArg(run.args, "groups");
        const std::int64_t outs = w[3] / groups;
        for (std::int64_t row = 0; row < x[0] * window.rows.out; ++row) {
            const std::int64_t image = row / window.rows.out;
            const std::int64_t o = row % window.rows.out;
            for (std::int64_t i = window.rows.begin(o); i < window.rows.end(o); ++i) {
                const std::int64_t from
                    = image * x[1] + window.rows.first(o) + i * window.rows.dilation;
                for (std::int64_t j = 0; j < w[1]; ++j) {
                    const auto [first, last] = met(window.columns, j);
                    const std::int64_t column
                        = window.columns.first(first) + j * window.columns.dilation;
                    for (std::int64_t g = 0; g < groups && first < last; ++g)
                        visit((from * x[2] + column) * x[3] + g * w[2],
                              window.columns.stride * x[3], (i * w[1] + j) * w[2] * w[3] + g * outs,
                              (row * window.columns.out + first) * w[3] + g * outs, last - first);
                }
            }
        }
    }
    static Result<> onnx(OnnxNode& node)
    {
        const Shape& w = node.inputSpec(1).shape;
        LB_TRY(attributes, onnxWindow(kName, node, w[0], w[1]));
        attributes["group"] = intArg(node.args(), "groups");
        const std::string x = node.transposed(node.input(0), {0, 3, 1, 2});
        const std::string kernel = node.transposed(node.input(1), {3, 2, 0, 1});
        node.result(
            node.transposed(node.add("Conv", {x, kernel}, std::move(attributes)), {0, 2, 3, 1}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const std::int64_t ins = run.in[1].shape[2];
        const std::int64_t out = run.in[1].shape[3];
        const std::int64_t outs = out / intArg(run.args, "groups");
        visitRows(run, [&](auto x, auto stride, auto w, auto y, auto count) {
            Rows<T>(run.y.data() + y, count, outs, Eigen::OuterStride<>(out)).noalias()
                += ConstRows<T>(run.in[0].value.data() + x, count, ins,
                                Eigen::OuterStride<>(stride))
                * ConstRows<T>(run.in[1].value.data() + w, ins, outs, Eigen::OuterStride<>(out));
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto& [x, w] = std::tie(run.in[0], run.in[1]);
        const std::int64_t ins = w.shape[2];
        const std::int64_t out = w.shape[3];
        const std::int64_t outs = out / intArg(run.args, "groups");
        visitRows(run, [&, &x = x, &w = w](auto ofX, auto stride, auto ofW, auto y, auto count) {
            const Eigen::OuterStride<> columns(stride);
            const Eigen::OuterStride<> full(out);
            const ConstRows<T> dy(run.dy.data() + y, count, outs, full);
            if (!x.gradient.empty())
                Rows<T>(x.gradient.data() + ofX, count, ins, columns).noalias()
                    += dy * ConstRows<T>(w.value.data() + ofW, ins, outs, full).transpose();
            if (!w.gradient.empty())
                Rows<T>(w.gradient.data() + ofW, ins, outs, full).noalias()
                    += ConstRows<T>(x.value.data() + ofX, count, ins, columns).transpose() * dy;
        });
    }
};

} // namespace

const Op& ops::conv2d()
{
    static constexpr Op op = opOf<Conv2d>();
    return op;
}

} // namespace lb
