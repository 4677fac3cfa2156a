#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

#include <numbers>

namespace lb {
namespace {

/// x/2 · (1 + erf(x/√2)), or with tanh in its place. Args: approximate.
/// Source: Keras 3.15 `activations.gelu` on TensorFlow.
struct Gelu {
    static constexpr std::string_view kName = "gelu";
    struct Args {
        bool approximate;
        explicit Args(const Config& args)
            : approximate(boolArg(args, "approximate"))
        {
        }
    };
    static constexpr double kRoot = 0.79788456080286535588; // sqrt(2 / pi)
    static constexpr double kLeast = -0.17004076;

    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const Args&)
    {
        const double most = x.known() ? std::max(x.most, 0.0) : kInfinity;
        return ValueRange{x.known() ? x.trust : ValueRange::Trust::Proven, kLeast, most};
    }
    template <typename T> static T inner(T x)
    {
        return static_cast<T>(kRoot) * (x + static_cast<T>(0.044715) * x * x * x);
    }
    template <typename T> static T value(T x, const Args& args)
    {
        if (args.approximate)
            return x / 2 * (1 + std::tanh(inner(x)));
        return x / 2 * std::erfc(-x * static_cast<T>(1 / std::numbers::sqrt2));
    }
    template <typename T> static T slope(T x, T, const Args& args)
    {
        if (args.approximate) {
            const T t = std::tanh(inner(x));
            const T rise = static_cast<T>(kRoot) * (1 + static_cast<T>(3 * 0.044715) * x * x);
            return (1 + t) / 2 + x / 2 * (1 - t * t) * rise;
        }
        const T density = std::exp(-x * x / 2) * static_cast<T>(kRoot / 2);
        return std::erfc(-x * static_cast<T>(1 / std::numbers::sqrt2)) / 2 + x * density;
    }
};

} // namespace

const Op& ops::gelu()
{
    static constexpr Op op = opOf<Elementwise<Gelu>>();
    return op;
}

} // namespace lb
