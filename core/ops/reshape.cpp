#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"
#include "core/ops/same_values.h"

#include <algorithm>

namespace lb {
namespace {

/// The same elements under another shape. Args: shape, of which one may be -1: what is left.
/// Source: NumPy `reshape`.
struct Reshape : SameValues {
    static constexpr std::string_view kName = "reshape";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        Shape shape = intsArg(query.args, "shape");
        const auto open = std::ranges::find(shape, kUnknown);
        const auto product = [](const Shape& of) {
            std::int64_t count = 1;
            for (const std::int64_t size : of)
                count *= size == kUnknown ? 1 : size;
            return count;
        };
        const bool known = std::ranges::find(x.shape, kUnknown) == x.shape.end();
        const std::int64_t fixed = product(shape);
        const std::int64_t count = product(x.shape);
        const bool fits = known
            ? (open == shape.end() ? count == fixed : fixed > 0 && count % fixed == 0)
            : open != shape.end();
        if (!fits)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "cannot make %2 of %1"), {text(x.shape), text(shape)}}};
        if (known && open != shape.end())
            *open = count / fixed;
        return Spec{x.dtype, std::move(shape), x.range};
    }
    static Result<> onnx(OnnxNode& node)
    {
        const std::string shape = node.ints(intsArg(node.args(), "shape"));
        node.result(node.add("Reshape", {node.input(0), shape}));
        return std::monostate{};
    }
};

} // namespace

const Op& ops::reshape()
{
    static constexpr Op op = opOf<Reshape>();
    return op;
}

} // namespace lb
