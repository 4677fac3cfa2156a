#include "core/ops/ops.h"

#include <algorithm>
#include <cmath>
#include <limits>

/// The losses over the last axis of y_pred, and what becomes of the values of all rows.
///
/// Shapes: y_pred [..., n]; y_true as y_pred (sparse: [...] or [..., 1], class numbers);
///         y [] with reduction "mean" or "sum", [...] with "none".
/// Args: from_logits, label_smoothing, reduction. No gradient reaches y_true.
/// Probabilities are clipped to [1e-7, 1 - 1e-7] in the scalar type; a clipped one has gradient 0.
/// Source: Keras 3.15 `losses` on TensorFlow.
namespace lb {
namespace {

template <typename T> struct Row {
    std::span<const T> truth, prediction;
    std::span<T> gradient; ///< of the prediction; added to
    bool fromLogits = false;
    T smoothing = 0;
};

template <typename T> constexpr T kLeast = static_cast<T>(1e-7);
template <typename T> constexpr T kMost = static_cast<T>(1.0 - 1e-7);

template <typename T> T clipped(T p)
{
    return std::min(std::max(p, kLeast<T>), kMost<T>);
}

template <typename T> bool inside(T p)
{
    return p >= kLeast<T> && p <= kMost<T>;
}

/// log of the sum of exp(x).
template <typename T> T logSumExp(std::span<const T> x)
{
    const T most = std::ranges::max(x);
    T sum = 0;
    for (const T value : x)
        sum += std::exp(value - most);
    return most + std::log(sum);
}

/// Makes an Op of a struct F with value(row) and slope(row, dy).
template <typename F> struct Loss {
    static constexpr std::string_view kName = F::kName;

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& truth = query.in[0];
        const Spec& prediction = query.in[1];
        if (prediction.shape.empty() || prediction.shape.back() == kUnknown
            || !fits(truth.shape, prediction.shape))
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "labels %1 do not fit predictions %2"),
                          {text(truth.shape), text(prediction.shape)}}};
        Spec y{prediction.dtype, {}, {}};
        if (textArg(query.args, "reduction") == "none")
            y.shape.assign(prediction.shape.begin(), prediction.shape.end() - 1);
        return y;
    }
    static bool fits(Shape truth, Shape prediction)
    {
        if (F::kSparse) {
            prediction.pop_back();
            if (truth.size() == prediction.size() + 1 && truth.back() == 1)
                truth.pop_back();
        }
        if (truth.size() != prediction.size())
            return false;
        for (std::size_t i = 0; i < truth.size(); ++i)
            if (truth[i] != prediction[i] && truth[i] != kUnknown && prediction[i] != kUnknown)
                return false;
        return true;
    }
    /// Row `i`; `whole` is all rows with the arguments that were read once.
    template <typename T> static Row<T> row(const Row<T>& whole, std::size_t width, std::size_t i)
    {
        const std::size_t labels = F::kSparse ? 1 : width;
        return {whole.truth.subspan(i * labels, labels), whole.prediction.subspan(i * width, width),
                whole.gradient.empty() ? std::span<T>() : whole.gradient.subspan(i * width, width),
                whole.fromLogits, whole.smoothing};
    }
    template <typename T> static Row<T> rows(const OpRun<T>& run)
    {
        return {run.in[0].value, run.in[1].value, run.in[1].gradient,
                boolArg(run.args, "from_logits"),
                static_cast<T>(realArg(run.args, "label_smoothing"))};
    }
    template <typename T> static std::size_t width(const OpRun<T>& run)
    {
        return static_cast<std::size_t>(run.in[1].shape.back());
    }
    template <typename T> static std::size_t rowCount(const OpRun<T>& run)
    {
        return run.in[1].value.size() / static_cast<std::size_t>(run.in[1].shape.back());
    }
    template <typename T> static T weight(const OpRun<T>& run)
    {
        return textArg(run.args, "reduction") == "mean" ? T{1} / static_cast<T>(rowCount(run))
                                                        : T{1};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const bool each = textArg(run.args, "reduction") == "none";
        const Row<T> all = rows(run);
        double sum = 0;
        for (std::size_t i = 0; i < rowCount(run); ++i) {
            const T value = F::value(row(all, width(run), i));
            sum += double{value};
            if (each)
                run.y[i] = value;
        }
        if (!each)
            run.y[0] = static_cast<T>(sum * double{weight(run)});
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const bool each = textArg(run.args, "reduction") == "none";
        const Row<T> all = rows(run);
        const T part = weight(run);
        for (std::size_t i = 0; i < rowCount(run) && !all.gradient.empty(); ++i)
            F::slope(row(all, width(run), i), run.dy[each ? i : 0] * part);
    }
};

/// From probabilities: clip, log, softmax of the logs; from logits: softmax.
struct SparseCategorical {
    static constexpr std::string_view kName = "sparse_categorical_crossentropy";
    static constexpr bool kSparse = true;

    template <typename T> static T logit(const Row<T>& row, std::size_t i)
    {
        const T x = row.prediction[i];
        return row.fromLogits ? x : std::log(clipped(x));
    }
    template <typename T> static T logSumOf(const Row<T>& row)
    {
        if (row.fromLogits)
            return logSumExp(row.prediction);
        T most = logit(row, 0); // a step allocates nothing: logs are taken again
        for (std::size_t i = 1; i < row.prediction.size(); ++i)
            most = std::max(most, logit(row, i));
        T sum = 0;
        for (std::size_t i = 0; i < row.prediction.size(); ++i)
            sum += std::exp(logit(row, i) - most);
        return most + std::log(sum);
    }
    /// The class, or npos: TensorFlow gives NaN for a label that is no class.
    template <typename T> static std::size_t label(const Row<T>& row)
    {
        const T label = row.truth[0];
        const bool known = label >= 0 && label < static_cast<T>(row.prediction.size());
        return known ? static_cast<std::size_t>(label) : std::string::npos;
    }
    template <typename T> static T value(const Row<T>& row)
    {
        const std::size_t at = label(row);
        return at == std::string::npos ? std::numeric_limits<T>::quiet_NaN()
                                       : logSumOf(row) - logit(row, at);
    }
    template <typename T> static void slope(const Row<T>& row, T dy)
    {
        const T sum = logSumOf(row);
        const std::size_t at = label(row);
        for (std::size_t i = 0; i < row.prediction.size(); ++i) {
            T slope = (std::exp(logit(row, i) - sum) - (i == at ? T{1} : T{0})) * dy;
            if (!row.fromLogits)
                slope = inside(row.prediction[i]) ? slope / row.prediction[i] : T{0};
            row.gradient[i] += slope;
        }
    }
};

/// From probabilities: divide by their sum, clip, log. From logits the slope is
/// softmax - labels even if the labels' sum is not 1, as in TensorFlow.
struct Categorical {
    static constexpr std::string_view kName = "categorical_crossentropy";
    static constexpr bool kSparse = false;

    template <typename T> static T truth(const Row<T>& row, std::size_t i)
    {
        const T smoothing = row.smoothing;
        return row.truth[i] * (1 - smoothing) + smoothing / static_cast<T>(row.truth.size());
    }
    template <typename T> static T sumOf(std::span<const T> x)
    {
        T sum = 0;
        for (const T value : x)
            sum += value;
        return sum;
    }
    template <typename T> static T value(const Row<T>& row)
    {
        const auto x = row.prediction;
        const T whole = row.fromLogits ? logSumExp(x) : sumOf(x);
        T loss = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            loss += truth(row, i)
                * (row.fromLogits ? whole - x[i] : -std::log(clipped(x[i] / whole)));
        return loss;
    }
    template <typename T> static void slope(const Row<T>& row, T dy)
    {
        const auto x = row.prediction;
        const T whole = row.fromLogits ? logSumExp(x) : sumOf(x);
        if (row.fromLogits) {
            for (std::size_t i = 0; i < x.size(); ++i)
                row.gradient[i] += (std::exp(x[i] - whole) - truth(row, i)) * dy;
            return;
        }
        const auto share = [&](std::size_t i) { // of the normalised probabilities
            const T q = x[i] / whole;
            return inside(q) ? -truth(row, i) / q * dy : T{0};
        };
        T dot = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            dot += share(i) * (x[i] / whole);
        for (std::size_t i = 0; i < x.size(); ++i)
            row.gradient[i] += (share(i) - dot) / whole;
    }
};

/// The mean over the last axis.
struct Binary {
    static constexpr std::string_view kName = "binary_crossentropy";
    static constexpr bool kSparse = false;

    template <typename T> static T truth(const Row<T>& row, std::size_t i)
    {
        const T smoothing = row.smoothing;
        return row.truth[i] * (1 - smoothing) + T{0.5} * smoothing;
    }
    template <typename T> static T value(const Row<T>& row)
    {
        T loss = 0;
        for (std::size_t i = 0; i < row.prediction.size(); ++i) {
            const T x = row.prediction[i];
            const T t = truth(row, i);
            const T p = clipped(x);
            loss += row.fromLogits ? std::max(x, T{0}) - x * t + std::log1p(std::exp(-std::abs(x)))
                                   : -(t * std::log(p) + (1 - t) * std::log(1 - p));
        }
        return loss / static_cast<T>(row.prediction.size());
    }
    template <typename T> static void slope(const Row<T>& row, T dy)
    {
        const T part = dy / static_cast<T>(row.prediction.size());
        for (std::size_t i = 0; i < row.prediction.size(); ++i) {
            const T x = row.prediction[i];
            const T t = truth(row, i);
            if (row.fromLogits)
                row.gradient[i] += (1 / (1 + std::exp(-x)) - t) * part;
            else if (inside(x))
                row.gradient[i] += ((1 - t) / (1 - x) - t / x) * part;
        }
    }
};

/// The mean over the last axis.
struct SquaredError {
    static constexpr std::string_view kName = "mean_squared_error";
    static constexpr bool kSparse = false;

    template <typename T> static T value(const Row<T>& row)
    {
        T loss = 0;
        for (std::size_t i = 0; i < row.prediction.size(); ++i) {
            const T difference = row.prediction[i] - row.truth[i];
            loss += difference * difference;
        }
        return loss / static_cast<T>(row.prediction.size());
    }
    template <typename T> static void slope(const Row<T>& row, T dy)
    {
        const T part = 2 * dy / static_cast<T>(row.prediction.size());
        for (std::size_t i = 0; i < row.prediction.size(); ++i)
            row.gradient[i] += (row.prediction[i] - row.truth[i]) * part;
    }
};

} // namespace

const Op& ops::sparseCategoricalCrossentropy()
{
    static constexpr Op op = opOf<Loss<SparseCategorical>>();
    return op;
}

const Op& ops::categoricalCrossentropy()
{
    static constexpr Op op = opOf<Loss<Categorical>>();
    return op;
}

const Op& ops::binaryCrossentropy()
{
    static constexpr Op op = opOf<Loss<Binary>>();
    return op;
}

const Op& ops::meanSquaredError()
{
    static constexpr Op op = opOf<Loss<SquaredError>>();
    return op;
}

} // namespace lb
