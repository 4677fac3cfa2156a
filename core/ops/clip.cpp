#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Args: least, most. The slope at both ends is 1. Source: TensorFlow `clip_by_value`.
struct Clip {
    static constexpr std::string_view kName = "clip";
    struct Args {
        double least, most;
        explicit Args(const Config& args)
            : least(realArg(args, "least"))
            , most(realArg(args, "most"))
        {
        }
    };
    static Result<> onnx(OnnxNode& node) { return onnxActivation(kName, node); }
    static ValueRange range(const ValueRange& x, const Args& args)
    {
        return risingRange(
            x, [&](double v) { return value(v, args); }, ValueRange::proven(args.least, args.most));
    }
    template <typename T> static T value(T x, const Args& args)
    {
        return std::max(std::min(x, static_cast<T>(args.most)), static_cast<T>(args.least));
    }
    template <typename T> static T slope(T x, T, const Args& args)
    {
        return x >= static_cast<T>(args.least) && x <= static_cast<T>(args.most) ? 1 : 0;
    }
};

} // namespace

const Op& ops::clip()
{
    static constexpr Op op = opOf<Elementwise<Clip>>();
    return op;
}

} // namespace lb
