#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = x for x > 0, negative_slope * x otherwise. Shapes: y as x.
/// The slope at 0 is negative_slope. Source: TensorFlow `LeakyRelu`, `LeakyReluGrad`.
struct LeakyRelu {
    static constexpr std::string_view kName = "leaky_relu";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        const double slope = realArg(query.args, "negative_slope");
        const auto bent = [slope](double v) { return v > 0 ? v : slope * v; };
        return Spec{x.dtype, x.shape,
                    rangeOf(x.range, x.range, bent(x.range.least), bent(x.range.most))};
    }

    template <typename T> static void reference(const OpRun<T>& run)
    {
        const T slope = negativeSlope(run);
        for (std::size_t i = 0; i < run.y.size(); ++i) {
            const T x = run.in[0].value[i];
            run.y[i] = x > 0 ? x : slope * x;
        }
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const T slope = negativeSlope(run);
        for (std::size_t i = 0; i < run.dy.size(); ++i)
            run.in[0].gradient[i] += run.in[0].value[i] > 0 ? run.dy[i] : slope * run.dy[i];
    }
    template <typename T> static T negativeSlope(const OpRun<T>& run)
    {
        return static_cast<T>(realArg(run.args, "negative_slope"));
    }
    static Result<> onnx(OnnxNode& node)
    {
        return node.as("LeakyRelu", {{"alpha", realArg(node.args(), "negative_slope")}});
    }
};

} // namespace

const Op& ops::leakyRelu()
{
    static constexpr Op op = opOf<LeakyRelu>();
    return op;
}

} // namespace lb
