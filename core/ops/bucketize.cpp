#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// In which bin x lies: how many boundaries are at most x; NaN lies in the last bin. Compared as
/// float32, whatever x is. No gradient.
/// Shapes: x any, boundaries [n] in ascending order, y as x, int32, 0..n.
/// Source: TensorFlow `Bucketize`.
struct Bucketize {
    static constexpr std::string_view kName = "bucketize";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& boundaries = query.in[1].shape;
        if (boundaries.size() != 1 || boundaries[0] < 0)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "needs a list of boundaries, the shape is %1"),
                          {text(boundaries)}}};
        return Spec{DType::Int32, query.in[0].shape,
                    ValueRange::proven(0, static_cast<double>(boundaries[0]))};
    }
    /// Not(Less(x, each boundary)), counted: NaN is less than none.
    static Result<> onnx(OnnxNode& node)
    {
        const std::string x = node.add(
            "Unsqueeze", {node.inputAs(0, DType::Float32),
                          node.ints({std::ssize(node.inputSpec(0).shape)})});
        const std::string below = node.add("Not", {node.add("Less", {x, node.input(1)})});
        const std::string counted
            = node.add("Cast", {below}, {{"to", onnxType(DType::Int32)}});
        node.result(node.add("ReduceSum", {counted, node.ints({-1})},
                             {{"keepdims", std::int64_t{0}}}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto boundaries = run.in[1].value;
        std::ranges::transform(run.in[0].value, run.y.begin(), [&](T x) {
            const T rounded = static_cast<T>(static_cast<float>(x));
            const auto above = std::upper_bound(boundaries.begin(), boundaries.end(), rounded);
            return static_cast<T>(above - boundaries.begin());
        });
    }
};

} // namespace

const Op& ops::bucketize()
{
    static constexpr Op op = opOf<Bucketize>();
    return op;
}

} // namespace lb
