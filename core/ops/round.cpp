#include "core/interop/onnx/onnx_node.h"
#include "core/kernels/rounding.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

/// The nearest integer, halves to the even one. No gradient. Source: NumPy `round`.
struct Round {
    static constexpr std::string_view kName = "round";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        y.range.least = std::nearbyint(y.range.least);
        y.range.most = std::nearbyint(y.range.most);
        return y;
    }
    static Result<> onnx(OnnxNode& node) { return node.as("Round"); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        if constexpr (std::same_as<T, float>)
            kernels::roundEven(run.in[0].value, run.y.data());
        else
            std::ranges::transform(run.in[0].value, run.y.begin(),
                                   [](T x) { return std::nearbyint(x); }); // half to even
    }
};

} // namespace

const Op& ops::round()
{
    static constexpr Op op = opOf<Round>();
    return op;
}

} // namespace lb
