#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

/// A row of zeros with a 1 at the place that the id names; an id out of range names none.
/// Shapes: ids any, y [ids..., depth], float32. Args: depth. No gradient.
/// Source: TensorFlow `one_hot`.
struct OneHot {
    static constexpr std::string_view kName = "one_hot";

    static Result<Spec> infer(const OpQuery& query)
    {
        Shape shape = query.in[0].shape;
        shape.push_back(intArg(query.args, "depth"));
        return Spec{DType::Float32, std::move(shape), ValueRange::proven(0, 1)};
    }
    /// ONNX counts negative ids from the end: these become `depth`, which is out of range.
    static Result<> onnx(OnnxNode& node)
    {
        const std::int64_t depth = intArg(node.args(), "depth");
        const auto number = [&](std::int64_t value) {
            return node.initializer(Tensor::of<std::int64_t>({}, {value}));
        };
        const std::string ids = node.inputAs(0, DType::Int64);
        const std::string outside = number(depth);
        const std::string negative = node.add("Less", {ids, number(0)});
        const std::string kept = node.add("Where", {negative, outside, ids});
        const std::string values = node.initializer(Tensor::of<float>({2}, {0, 1}));
        node.result(node.add("OneHot", {kept, outside, values}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const std::int64_t depth = run.shape.back();
        const auto ids = run.in[0].value;
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (const T id = std::trunc(ids[i]); id >= 0 && id < static_cast<T>(depth))
                run.y[i * static_cast<std::size_t>(depth) + static_cast<std::size_t>(id)] = 1;
    }
};

} // namespace

const Op& ops::oneHot()
{
    static constexpr Op op = opOf<OneHot>();
    return op;
}

} // namespace lb
