#include "core/ops/ops.h"
#include "core/tensor/rounded.h"

#include <algorithm>

namespace lb {
namespace {

/// Checks what take_rows and mix_rows are called with: rows, and a number for each of them.
Result<> needsRows(std::string_view op, const Spec& x, std::span<const Spec> numbers)
{
    for (const Spec& each : numbers)
        if (x.shape.empty() || each.shape.size() != 1
            || (each.shape[0] != kUnknown && x.shape[0] != kUnknown && each.shape[0] != x.shape[0]))
            return Error{ErrorCode::BadShape,
                         std::string(op),
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(x.shape), text(each.shape)}}};
    return std::monostate{};
}

/// The row that `order` names for row `i`; outside of the batch, the nearest one.
template <typename T> std::size_t rowAt(const OpRun<T>& run, std::size_t i)
{
    const T last = static_cast<T>(run.shape[0] - 1);
    const T row = run.in[1].value[i];
    return row > 0 ? static_cast<std::size_t>(std::min(row, last)) : 0; // NaN is 0
}

/// The rows of x in another order. Shapes: x and result [batch, ...]; order [batch], indices of
/// rows. Source: NumPy `take(x, order, axis=0)`.
struct TakeRows {
    static constexpr std::string_view kName = "take_rows";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsRows(kName, query.in[0], query.in.subspan(1)); !fits.ok())
            return fits.error();
        return query.in[0];
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto rows = static_cast<std::size_t>(run.shape[0]);
        const std::size_t size = rows == 0 ? 0 : run.y.size() / rows;
        for (std::size_t i = 0; i < rows; ++i)
            std::copy_n(run.in[0].value.data() + rowAt(run, i) * size, size,
                        run.y.data() + i * size);
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto into = run.in[0].gradient;
        const auto rows = static_cast<std::size_t>(run.shape[0]);
        const std::size_t size = rows == 0 ? 0 : run.dy.size() / rows;
        for (std::size_t i = 0; i < rows && !into.empty(); ++i)
            for (std::size_t k = 0; k < size; ++k)
                into[rowAt(run, i) * size + k] += run.dy[i * size + k];
    }
};

/// y[i] = weight[i] * x[i] + (1 - weight[i]) * x[order[i]]. Shapes: x and y [batch, ...]; order
/// [batch], indices of rows; weight [batch], 0 to 1, so that y stays in the range of x.
/// Source: Keras 3 `MixUp`.
struct MixRows {
    static constexpr std::string_view kName = "mix_rows";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsRows(kName, query.in[0], query.in.subspan(1)); !fits.ok())
            return fits.error();
        return query.in[0];
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto rows = static_cast<std::size_t>(run.shape[0]);
        const std::size_t size = rows == 0 ? 0 : run.y.size() / rows;
        inSteps<T>(run.dtype, [&](const auto& round) {
            for (std::size_t i = 0; i < rows; ++i) {
                const T weight = run.in[2].value[i];
                const T rest = round(1 - weight);
                const T* own = run.in[0].value.data() + i * size;
                const T* other = run.in[0].value.data() + rowAt(run, i) * size;
                T* out = run.y.data() + i * size;
                for (std::size_t k = 0; k < size; ++k)
                    out[k] = round(round(weight * own[k]) + round(rest * other[k]));
            }
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run) // of x only: weights are drawn
    {
        const auto into = run.in[0].gradient;
        const auto rows = static_cast<std::size_t>(run.shape[0]);
        const std::size_t size = rows == 0 ? 0 : run.dy.size() / rows;
        for (std::size_t i = 0; i < rows && !into.empty(); ++i) {
            const T weight = run.in[2].value[i];
            for (std::size_t k = 0; k < size; ++k) {
                into[i * size + k] += weight * run.dy[i * size + k];
                into[rowAt(run, i) * size + k] += (1 - weight) * run.dy[i * size + k];
            }
        }
    }
};

/// Rows of a where their flag is set, of b elsewhere. Shapes: flags [batch], or [1] for all; a, b
/// and result [batch, ...]. Source: NumPy `where` with flags that have axes of 1 behind the batch.
struct ChooseRows {
    static constexpr std::string_view kName = "choose_rows";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& a = query.in[1];
        const Spec& b = query.in[2];
        if (query.in[0].shape != Shape{1})
            if (Result<> fits = needsRows(kName, a, query.in.first(1)); !fits.ok())
                return fits.error();
        if (a.dtype != b.dtype || a.shape != b.shape)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(a.shape), text(b.shape)}}};
        return Spec{a.dtype, a.shape,
                    rangeOf(a.range, b.range, std::min(a.range.least, b.range.least),
                            std::max(a.range.most, b.range.most))};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](const OpInput<T>& from, std::size_t at, std::size_t size) {
            std::copy_n(from.value.data() + at, size, run.y.data() + at);
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        each(run, [&](const OpInput<T>& from, std::size_t at, std::size_t size) {
            for (std::size_t k = at; k < at + size && !from.gradient.empty(); ++k)
                from.gradient[k] += run.dy[k];
        });
    }

private:
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const auto flags = run.in[0].value;
        const auto rows = static_cast<std::size_t>(run.shape[0]);
        const std::size_t size = rows == 0 ? 0 : run.y.size() / rows;
        for (std::size_t i = 0; i < rows; ++i)
            visit(run.in[flags[flags.size() == 1 ? 0 : i] != 0 ? 1 : 2], i * size, size);
    }
};

} // namespace

const Op& ops::takeRows()
{
    static constexpr Op op = opOf<TakeRows>();
    return op;
}

const Op& ops::chooseRows()
{
    static constexpr Op op = opOf<ChooseRows>();
    return op;
}

const Op& ops::mixRows()
{
    static constexpr Op op = opOf<MixRows>();
    return op;
}

} // namespace lb
