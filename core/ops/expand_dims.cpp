#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"
#include "core/ops/same_values.h"

namespace lb {
namespace {

/// Adds an axis of length 1 in front of axis `axis` (not negative). Args: axis.
/// Source: NumPy `expand_dims`.
struct ExpandDims : SameValues {
    static constexpr std::string_view kName = "expand_dims";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        const std::int64_t axis = intArg(query.args, "axis");
        if (axis > std::ssize(y.shape))
            return Error{
                ErrorCode::BadShape,
                std::string(kName),
                {LB_TR("Error", "there is no axis %1 in shape %2"), {axis, text(y.shape)}}};
        y.shape.insert(y.shape.begin() + axis, 1);
        return y;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const std::string axes = node.ints({intArg(node.args(), "axis")});
        node.result(node.add("Unsqueeze", {node.input(0), axes}));
        return std::monostate{};
    }
};

} // namespace

const Op& ops::expandDims()
{
    static constexpr Op op = opOf<ExpandDims>();
    return op;
}

} // namespace lb
