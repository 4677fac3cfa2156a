#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"
#include "core/ops/same_values.h"

namespace lb {
namespace {

/// Takes an axis of length 1 away. Args: axis (not negative).
/// Source: NumPy `squeeze`.
struct Squeeze : SameValues {
    static constexpr std::string_view kName = "squeeze";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        const std::int64_t axis = intArg(query.args, "axis");
        if (axis >= std::ssize(y.shape) || y.shape[static_cast<std::size_t>(axis)] != 1)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "there is no axis %1 of length 1 in shape %2"),
                          {axis, text(y.shape)}}};
        y.shape.erase(y.shape.begin() + axis);
        return y;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const std::string axes = node.ints({intArg(node.args(), "axis")});
        node.result(node.add("Squeeze", {node.input(0), axes}));
        return std::monostate{};
    }
};

} // namespace

const Op& ops::squeeze()
{
    static constexpr Op op = opOf<Squeeze>();
    return op;
}

} // namespace lb
