#include "core/ops/broadcast.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = x / (1 - rate) where uniform >= rate, else 0.
///
/// Shapes: y as x; uniform [0, 1) broadcasts to it. Args: rate < 1.
/// Source: TensorFlow `stateless_dropout`.
struct Dropout {
    static constexpr std::string_view kName = "dropout";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        LB_TRY(shape, broadcastShape(kName, x.shape, query.in[1].shape));
        if (shape.size() != x.shape.size())
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(x.shape), text(query.in[1].shape)}}};
        const double scale = 1 / (1 - realArg(query.args, "rate"));
        return Spec{x.dtype, x.shape,
                    rangeOf(x.range, x.range, std::min(x.range.least * scale, 0.0),
                            std::max(x.range.most * scale, 0.0))};
    }
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const T rate = static_cast<T>(realArg(run.args, "rate"));
        const T scale = static_cast<T>(1 / (1 - realArg(run.args, "rate")));
        const BroadcastIndex uniform(run.in[1].shape, run.shape);
        for (std::size_t i = 0; i < run.y.size(); ++i)
            if (run.in[1].value[uniform.at(static_cast<std::int64_t>(i))] >= rate)
                visit(i, scale);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](std::size_t i, T scale) { run.y[i] = run.in[0].value[i] * scale; });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (!run.in[0].gradient.empty())
            each(run, [&](std::size_t i, T scale) { run.in[0].gradient[i] += run.dy[i] * scale; });
    }
};

} // namespace

const Op& ops::dropout()
{
    static constexpr Op op = opOf<Dropout>();
    return op;
}

} // namespace lb
