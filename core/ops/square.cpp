#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = x².
struct Square {
    static constexpr std::string_view kName = "square";
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const NoArgs&)
    {
        if (!x.known())
            return ValueRange::proven(0, kInfinity);
        const double most = std::max(x.least * x.least, x.most * x.most);
        const double least
            = x.least > 0 || x.most < 0 ? std::min(x.least * x.least, x.most * x.most) : 0;
        return rangeOf(x, x, least, most);
    }
    template <typename T> static T value(T x, NoArgs) { return x * x; }
    template <typename T> static T slope(T x, T, NoArgs) { return 2 * x; }
};

} // namespace

const Op& ops::square()
{
    static constexpr Op op = opOf<Elementwise<Square>>();
    return op;
}

} // namespace lb
