#include "core/interop/onnx/onnx_node.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = ln x: -inf at 0, NaN below. Source: NumPy `log`.
struct Logarithm {
    static constexpr std::string_view kName = "log";
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return node.as("Log"); }
    static ValueRange range(const ValueRange& x, const NoArgs& args)
    {
        if (x.least < 0)
            return {};
        return risingRange(
            x, [&](double v) { return value(v, args); }, ValueRange::unknown());
    }
    template <typename T> static T value(T x, NoArgs) { return std::log(x); }
    template <typename T> static T slope(T x, T, NoArgs) { return 1 / x; }
};

/// y = √x: NaN below 0. Source: NumPy `sqrt`.
struct SquareRoot {
    static constexpr std::string_view kName = "sqrt";
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return node.as("Sqrt"); }
    static ValueRange range(const ValueRange& x, const NoArgs& args)
    {
        if (x.least < 0)
            return {};
        return risingRange(
            x, [&](double v) { return value(v, args); }, ValueRange::unknown());
    }
    template <typename T> static T value(T x, NoArgs) { return std::sqrt(x); }
    template <typename T> static T slope(T, T y, NoArgs) { return 1 / (2 * y); }
};

} // namespace

const Op& ops::log()
{
    static constexpr Op op = opOf<Elementwise<Logarithm>>();
    return op;
}

const Op& ops::sqrt()
{
    static constexpr Op op = opOf<Elementwise<SquareRoot>>();
    return op;
}

} // namespace lb
