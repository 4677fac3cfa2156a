#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"

#include <Eigen/Core>

namespace lb {
namespace {

template <typename T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Views [..., columns] as a matrix: all leading axes become rows.
template <typename T> auto matrix(std::span<const T> data, std::int64_t columns)
{
    return Eigen::Map<const RowMajor<T>>(data.data(), std::ssize(data) / columns, columns);
}
template <typename T> auto matrix(std::span<T> data, std::int64_t columns)
{
    return Eigen::Map<RowMajor<T>>(data.data(), std::ssize(data) / columns, columns);
}

/// y = x w. Shapes: x [..., k], w [k, m], y [..., m]. Source: NumPy `matmul` with a 2-D right side.
struct MatMul {
    static constexpr std::string_view kName = "matmul";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& x = query.in[0].shape;
        const Shape& w = query.in[1].shape;
        if (x.size() < 2 || w.size() != 2 || x.back() != w[0] || w[0] < 1 || w[1] < 1)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "cannot multiply %1 by %2"), {text(x), text(w)}}};
        Shape y = x;
        y.back() = w[1];
        return Spec{query.in[0].dtype, std::move(y), {}};
    }
    static std::int64_t macs(const OpQuery& query, const Spec& y)
    {
        return elementCount(y.shape) * query.in[1].shape[0];
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto [k, m] = std::pair(run.in[1].shape[0], run.in[1].shape[1]);
        matrix(run.y, m).noalias() = matrix(run.in[0].value, k) * matrix(run.in[1].value, m);
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto [k, m] = std::pair(run.in[1].shape[0], run.in[1].shape[1]);
        const auto x = matrix(run.in[0].value, k);
        const auto w = matrix(run.in[1].value, m);
        const auto dy = matrix(run.dy, m);
        if (!run.in[0].gradient.empty())
            matrix(run.in[0].gradient, k).noalias() += dy * w.transpose();
        if (!run.in[1].gradient.empty())
            matrix(run.in[1].gradient, m).noalias() += x.transpose() * dy;
    }
    static Result<> onnx(OnnxNode& node) { return node.as("MatMul"); }
};

} // namespace

const Op& ops::matmul()
{
    static constexpr Op op = opOf<MatMul>();
    return op;
}

} // namespace lb
