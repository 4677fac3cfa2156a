#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// As many rows a sample as asked for: what is too much is cut off, what is missing is filled.
/// Args: count, fill_value. Shapes: x [batch, rows, ...], y [batch, count, ...].
/// Source: Keras 3 `MaxNumBoundingBoxes`.
struct FitRows {
    static constexpr std::string_view kName = "fit_rows";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (y.shape.size() < 2)
            return Error{
                ErrorCode::BadShape,
                std::string(kName),
                {LB_TR("Error", "needs [batch, rows, ...], shape is: %1"), {text(y.shape)}}};
        y.shape[1] = intArg(query.args, "count");
        const double fill = realArg(query.args, "fill_value");
        y.range = rangeOf(y.range, y.range, std::min(y.range.least, fill),
                          std::max(y.range.most, fill));
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::fill(run.y, static_cast<T>(realArg(run.args, "fill_value")));
        each(run, [&](std::size_t from, std::size_t to, std::size_t count) {
            std::copy_n(run.in[0].value.begin() + static_cast<std::ptrdiff_t>(from), count,
                        run.y.begin() + static_cast<std::ptrdiff_t>(to));
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto into = run.in[0].gradient;
        each(run, [&](std::size_t from, std::size_t to, std::size_t count) {
            for (std::size_t i = 0; i < count && !into.empty(); ++i)
                into[from + i] += run.dy[to + i];
        });
    }

private:
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const auto shape = run.in[0].shape;
        const std::int64_t size = elementCount(shape.subspan(2));
        const std::int64_t kept = std::min(shape[1], run.shape[1]) * size;
        for (std::int64_t i = 0; i < shape[0]; ++i)
            visit(static_cast<std::size_t>(i * shape[1] * size),
                  static_cast<std::size_t>(i * run.shape[1] * size),
                  static_cast<std::size_t>(kept));
    }
};

} // namespace

const Op& ops::fitRows()
{
    static constexpr Op op = opOf<FitRows>();
    return op;
}

} // namespace lb
