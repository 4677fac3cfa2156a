#include "core/interop/onnx/onnx_node.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = x for x > threshold, at most max_value; negative_slope * (x - threshold) below it.
///
/// Shapes: y as x. Args: max_value (null: none), negative_slope, threshold.
/// Slopes where pieces meet are TensorFlow's: 0 at the threshold, 1 at max_value (0 at 6).
/// Source: Keras 3 `activations.relu`.
struct Relu {
    static constexpr std::string_view kName = "relu";
    struct Args {
        double slope, threshold, most;
        bool capped;

        explicit Args(const Config& args)
            : slope(realArg(args, "negative_slope"))
            , threshold(realArg(args, "threshold"))
            , most(kInfinity)
            , capped(!args.find("max_value")->isNull())
        {
            if (capped)
                most = realArg(args, "max_value");
        }
        bool leaky() const { return slope != 0 && !capped && threshold == 0; }
        bool relu6() const { return capped && most == 6 && threshold == 0; }
    };

    static ValueRange range(const ValueRange& x, const Args& args)
    {
        const auto f = [&](double v) { return value(v, args); };
        const ValueRange bounds = args.slope == 0 && args.threshold >= 0
            ? ValueRange::proven(0, args.most)
            : ValueRange::unknown();
        return args.threshold >= 0 && args.slope >= 0 ? risingRange(x, f, bounds) : bounds;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const Args args(node.args());
        if (args.slope == 0 && args.threshold == 0) {
            if (!args.capped)
                return node.as("Relu");
            node.result(
                node.add("Clip", {node.input(0), node.scalar(0), node.scalar(args.most)}));
            return std::monostate{};
        }
        const std::string& x = node.input(0);
        const std::string threshold = node.scalar(args.threshold);
        const std::string zero = node.scalar(0);
        std::string y = node.add("Where", {node.add("Greater", {x, threshold}), x, zero});
        if (args.capped)
            y = node.add("Clip", {y, zero, node.scalar(args.most)});
        const std::string below = node.add("Relu", {node.add("Sub", {threshold, x})});
        const std::string leak = node.add("Mul", {below, node.scalar(args.slope)});
        node.result(node.add("Sub", {y, leak}));
        return std::monostate{};
    }
    template <typename T> static T value(T x, const Args& args)
    {
        const T threshold = static_cast<T>(args.threshold);
        T y = x > threshold ? x : T{0};
        if (args.capped)
            y = std::min(std::max(y, T{0}), static_cast<T>(args.most));
        if (args.slope != 0 && x < threshold)
            y -= static_cast<T>(args.slope) * (threshold - x);
        return x != x ? x : y;
    }
    template <typename T> static T slope(T x, T, const Args& args)
    {
        const T threshold = static_cast<T>(args.threshold);
        const T most = static_cast<T>(args.most);
        T result = x > threshold ? T{1} : T{0};
        if (args.capped && x > threshold && (x < 0 || x > most || (args.relu6() && x == most)))
            result = 0;
        if (x < threshold || (args.leaky() && x == 0))
            result += static_cast<T>(args.slope);
        return result;
    }
};

} // namespace

const Op& ops::relu()
{
    static constexpr Op op = opOf<Elementwise<Relu>>();
    return op;
}

} // namespace lb
