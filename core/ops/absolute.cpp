#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = |x|; the slope at 0 is 0. Source: TensorFlow `abs`.
struct Absolute {
    static constexpr std::string_view kName = "absolute";
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const NoArgs&)
    {
        if (!x.known())
            return ValueRange::proven(0, kInfinity);
        const double most = std::max(std::abs(x.least), std::abs(x.most));
        const double least = x.least > 0 ? x.least : x.most < 0 ? -x.most : 0;
        return rangeOf(x, x, least, most);
    }
    template <typename T> static T value(T x, NoArgs) { return std::abs(x); }
    template <typename T> static T slope(T x, T, NoArgs) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
};

} // namespace

const Op& ops::absolute()
{
    static constexpr Op op = opOf<Elementwise<Absolute>>();
    return op;
}

} // namespace lb
