#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

/// The activations with an alpha. Source: Keras 3.15 `activations` on TensorFlow.
namespace lb {
namespace {

struct Alpha {
    double alpha;
    explicit Alpha(const Config& args)
        : alpha(realArg(args, "alpha"))
    {
    }
};

/// x for x > 0, alpha * (exp(x) - 1) otherwise; the slope at 0 is alpha.
struct Elu {
    static constexpr std::string_view kName = "elu";
    using Args = Alpha;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const Alpha& args)
    {
        if (args.alpha < 0)
            return {};
        return risingRange(
            x, [&](double v) { return value(v, args); },
            ValueRange::proven(-args.alpha, kInfinity));
    }
    template <typename T> static T value(T x, const Alpha& args)
    {
        return x > 0 ? x : static_cast<T>(args.alpha) * std::expm1(x);
    }
    template <typename T> static T slope(T x, T, const Alpha& args)
    {
        return x > 0 ? T{1} : static_cast<T>(args.alpha) * std::exp(x);
    }
};

/// max(x, 0) + alpha * (exp(min(x, 0) / alpha) - 1). Both parts count at 0: TensorFlow's slope
/// there is 2.
struct Celu {
    static constexpr std::string_view kName = "celu";
    using Args = Alpha;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const Alpha& args)
    {
        if (args.alpha <= 0)
            return {};
        return risingRange(
            x, [&](double v) { return value(v, args); },
            ValueRange::proven(-args.alpha, kInfinity));
    }
    template <typename T> static T value(T x, const Alpha& args)
    {
        const T alpha = static_cast<T>(args.alpha);
        return std::max(x, T{0}) + alpha * std::expm1(std::min(x, T{0}) / alpha);
    }
    template <typename T> static T slope(T x, T, const Alpha& args)
    {
        const T below = x <= 0 ? std::exp(x / static_cast<T>(args.alpha)) : T{0};
        return (x >= 0 ? T{1} : T{0}) + below;
    }
};

} // namespace

const Op& ops::elu()
{
    static constexpr Op op = opOf<Elementwise<Elu>>();
    return op;
}

const Op& ops::celu()
{
    static constexpr Op op = opOf<Elementwise<Celu>>();
    return op;
}

} // namespace lb
