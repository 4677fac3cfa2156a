#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lb {
namespace {

/// The axis that is counted over: Keras takes the second one, or the only one.
std::size_t countedAxis(std::size_t rank)
{
    return rank > 1 ? 1 : 0;
}

/// How often each id occurs along the second axis (the only one of a list), or, with `binary`,
/// whether it does. Weights count in place of ones. Ids out of range are left out. No gradient.
/// Shapes: ids [batch, length, ...], weights as ids, y [batch, ..., depth], float32 or as weights.
/// Args: depth, binary. Source: TensorFlow `bincount`; Keras 3 `encode_categorical_inputs`.
struct IdCounts {
    static constexpr std::string_view kName = "id_counts";

    static Result<Spec> infer(const OpQuery& query)
    {
        Shape shape = query.in[0].shape;
        const bool weighted = query.in.size() > 1;
        if (shape.empty() || (weighted && !sameWhereKnown(shape, query.in[1].shape)))
            return Error{ErrorCode::BadShape,
                         weighted ? "count_weights" : "",
                         {LB_TR("Error", "needs the shape of the ids, %1, is: %2"),
                          {text(shape), text(query.in.back().shape)}}};
        const std::size_t axis = countedAxis(shape.size());
        const std::int64_t length = shape[axis];
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
        shape.push_back(intArg(query.args, "depth"));
        ValueRange range;
        if (boolArg(query.args, "binary"))
            range = ValueRange::proven(0, 1);
        else if (!weighted && length != kUnknown)
            range = ValueRange::proven(0, static_cast<double>(length));
        const DType dtype = weighted && isFloating(query.in[1].dtype) ? query.in[1].dtype
                                                                      : DType::Float32;
        return Spec{dtype, std::move(shape), range};
    }

    /// Scatters into depth + 1 places, of which the last one takes what is out of range.
    static Result<> onnx(OnnxNode& node)
    {
        const std::int64_t depth = intArg(node.args(), "depth");
        const auto rank = static_cast<std::int64_t>(node.inputSpec(0).shape.size());
        const auto number = [&](std::int64_t value) {
            return node.initializer(Tensor::of<std::int64_t>({}, {value}));
        };
        std::string ids = node.inputAs(0, DType::Int64);
        const std::string negative = node.add("Less", {ids, number(0)});
        const std::string beyond = node.add("Less", {number(depth - 1), ids});
        ids = node.add("Where", {node.add("Or", {negative, beyond}), number(depth), ids});
        std::string weights;
        if (node.inputCount() > 1)
            weights = node.inputAs(1, DType::Float32);
        if (rank > 2) { // the counted axis goes last
            std::vector<std::int64_t> order(static_cast<std::size_t>(rank));
            std::iota(order.begin(), order.end(), 0);
            std::rotate(order.begin() + 1, order.begin() + 2, order.end());
            ids = node.transposed(ids, order);
            if (!weights.empty())
                weights = node.transposed(weights, order);
        }
        const std::string shape = node.add("Shape", {ids});
        if (weights.empty())
            weights = node.add("Expand", {node.initializer(Tensor::of<float>({}, {1})), shape});
        const std::string outer
            = node.add("Slice", {shape, node.ints({0}), node.ints({rank - 1})});
        const std::string places
            = node.add("Concat", {outer, node.ints({depth + 1})}, {{"axis", std::int64_t{0}}});
        const std::string zeros = node.add("ConstantOfShape", {places});
        const std::string how = boolArg(node.args(), "binary") ? "none" : "add";
        const std::string counted = node.add("ScatterElements", {zeros, ids, weights},
                                             {{"axis", std::int64_t{-1}}, {"reduction", how}});
        node.result(node.add("Slice", {counted, node.ints({0}), node.ints({depth}),
                                       node.ints({-1})}));
        return std::monostate{};
    }

    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto ids = run.in[0].value;
        const auto depth = static_cast<std::size_t>(run.shape.back());
        const AxisView view
            = axisView(run.in[0].shape, countedAxis(run.in[0].shape.size()));
        const auto inner = static_cast<std::size_t>(view.inner);
        const auto block = static_cast<std::size_t>(view.size * view.inner);
        const bool binary = boolArg(run.args, "binary");
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const T id = std::trunc(ids[i]);
            if (!(id >= 0 && id < static_cast<T>(depth)))
                continue;
            T& y = run.y[(i / block * inner + i % inner) * depth + static_cast<std::size_t>(id)];
            const T weight = run.in.size() > 1 ? run.in[1].value[i] : T{1};
            y = binary ? T{1} : y + weight;
        }
    }

private:
    static bool sameWhereKnown(const Shape& a, const Shape& b)
    {
        return std::ranges::equal(a, b, [](std::int64_t x, std::int64_t y) {
            return x == y || x == kUnknown || y == kUnknown;
        });
    }
};

} // namespace

const Op& ops::idCounts()
{
    static constexpr Op op = opOf<IdCounts>();
    return op;
}

} // namespace lb
