#include "core/interop/onnx/onnx_node.h"
#include "core/kernels/rounding.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

/// Changes the dtype: to integers by truncation towards zero (u8 wraps), to bool by != 0.
/// Args: dtype. Source: Keras `ops.cast`.
struct Cast {
    static constexpr std::string_view kName = "cast";

    static Result<Spec> infer(const OpQuery& query)
    {
        const DType to = *dtypeNamed(textArg(query.args, "dtype"));
        Spec y = query.in[0];
        if (to == DType::UInt8 && (y.range.least < 0 || y.range.most > 255))
            y.range = {};
        y.dtype = to;
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].value;
        if constexpr (std::same_as<T, float>)
            if (run.dtype == DType::UInt8)
                return kernels::wrapToBytes(x, run.y.data());
        if (isFloating(run.dtype)) {
            std::ranges::copy(x, run.y.begin());
            return;
        }
        for (std::size_t i = 0; i < run.y.size(); ++i) {
            if (run.dtype == DType::Bool)
                run.y[i] = static_cast<T>(x[i] != 0);
            else if (run.dtype == DType::UInt8)
                run.y[i] = static_cast<T>(static_cast<std::int64_t>(x[i]) & 0xFF);
            else
                run.y[i] = std::trunc(x[i]);
        }
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (run.in[0].gradient.empty() || !isFloating(run.dtype))
            return;
        for (std::size_t i = 0; i < run.dy.size(); ++i)
            run.in[0].gradient[i] += run.dy[i];
    }
    static Result<> onnx(OnnxNode& node)
    {
        return node.as("Cast", {{"to", onnxType(node.spec().dtype)}});
    }
};

} // namespace

const Op& ops::cast()
{
    static constexpr Op op = opOf<Cast>();
    return op;
}

} // namespace lb
