#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

Result<Spec> statistic(std::string_view op, const OpQuery& query)
{
    const Spec& x = query.in[0];
    LB_TRY(axis, axisIndex(op, x.shape.size(), intArg(query.args, "axis")));
    return Spec{x.dtype, {x.shape[axis]}, {}};
}

AxisView viewOf(std::span<const std::int64_t> shape, const Config& args)
{
    const auto rank = static_cast<std::int64_t>(shape.size());
    const std::int64_t axis = intArg(args, "axis");
    return axisView(shape, static_cast<std::size_t>(axis < 0 ? axis + rank : axis));
}

/// Runs visit(element, channel) in order.
template <typename Visit> void forEachChannel(const AxisView& view, Visit&& visit)
{
    std::size_t i = 0;
    for (std::int64_t outer = 0; outer < view.outer; ++outer)
        for (std::int64_t channel = 0; channel < view.size; ++channel)
            for (std::int64_t inner = 0; inner < view.inner; ++inner)
                visit(i++, static_cast<std::size_t>(channel));
}

template <typename T> std::vector<T> channelMeans(std::span<const T> x, const AxisView& view)
{
    std::vector<double> sums(static_cast<std::size_t>(view.size), 0);
    forEachChannel(view, [&](std::size_t i, std::size_t c) { sums[c] += double{x[i]}; });
    std::vector<T> means;
    for (const double sum : sums)
        means.push_back(static_cast<T>(sum / static_cast<double>(view.outer * view.inner)));
    return means;
}

/// The mean of each channel. Shapes: x any, y [x.shape[axis]]. Args: axis.
/// Source: TensorFlow `nn.moments`.
struct BatchMean {
    static constexpr std::string_view kName = "batch_mean";

    static Result<Spec> infer(const OpQuery& query)
    {
        LB_TRY(y, statistic(kName, query));
        y.range = query.in[0].range;
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::copy(channelMeans(run.in[0].value, viewOf(run.in[0].shape, run.args)),
                          run.y.begin());
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.in[0].shape, run.args);
        const auto count = static_cast<T>(view.outer * view.inner);
        if (!run.in[0].gradient.empty())
            forEachChannel(view, [&](std::size_t i, std::size_t c) {
                run.in[0].gradient[i] += run.dy[c] / count;
            });
    }
};

/// The population variance of each channel. Shapes: x any, y [x.shape[axis]]. Args: axis.
/// Source: TensorFlow `nn.moments`.
struct BatchVariance {
    static constexpr std::string_view kName = "batch_variance";

    static Result<Spec> infer(const OpQuery& query)
    {
        LB_TRY(y, statistic(kName, query));
        y.range = ValueRange::proven(0, std::numeric_limits<double>::infinity());
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.in[0].shape, run.args);
        const auto means = channelMeans(run.in[0].value, view);
        std::vector<double> sums(means.size(), 0);
        forEachChannel(view, [&](std::size_t i, std::size_t c) {
            const double difference = double{run.in[0].value[i]} - double{means[c]};
            sums[c] += difference * difference;
        });
        for (std::size_t c = 0; c < sums.size(); ++c)
            run.y[c] = static_cast<T>(sums[c] / static_cast<double>(view.outer * view.inner));
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (run.in[0].gradient.empty())
            return;
        const AxisView view = viewOf(run.in[0].shape, run.args);
        const auto count = static_cast<T>(view.outer * view.inner);
        const auto means = channelMeans(run.in[0].value, view);
        forEachChannel(view, [&](std::size_t i, std::size_t c) {
            run.in[0].gradient[i] += run.dy[c] * 2 * (run.in[0].value[i] - means[c]) / count;
        });
    }
};

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel.
///
/// Shapes: x and y any; mean, variance, gamma, beta [x.shape[axis]]. Args: axis, epsilon.
/// Source: TensorFlow `nn.batch_normalization`.
struct BatchNorm {
    static constexpr std::string_view kName = "batch_norm";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        LB_TRY(channels, statistic(kName, query));
        for (const Spec& other : query.in.subspan(1))
            if (other.shape != channels.shape)
                return Error{ErrorCode::BadShape,
                             std::string(kName),
                             {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                              {text(x.shape), text(other.shape)}}};
        return Spec{x.dtype, x.shape, {}};
    }
    static std::int64_t macs(const OpQuery&, const Spec& y) { return elementCount(y.shape); }
    /// y = x * factor + offset: the statistics are constants then, which a runtime folds.
    static Result<> onnx(OnnxNode& node)
    {
        const auto& shape = node.spec().shape;
        LB_TRY(axis, axisIndex(kName, shape.size(), intArg(node.args(), "axis")));
        const std::string epsilon = node.scalar(realArg(node.args(), "epsilon"));
        const std::string deviation
            = node.add("Sqrt", {node.add("Add", {node.input(2), epsilon})});
        std::string factor = node.add("Div", {node.input(3), deviation});
        std::string offset
            = node.add("Sub", {node.input(4), node.add("Mul", {node.input(1), factor})});
        Shape aligned(shape.size() - axis, 1); // trailing ones: broadcasting starts at the last axis
        aligned.front() = -1;
        if (aligned.size() > 1) {
            factor = node.add("Reshape", {factor, node.ints(aligned)});
            offset = node.add("Reshape", {offset, node.ints(aligned)});
        }
        node.result(node.add("Add", {node.add("Mul", {node.input(0), factor}), offset}));
        return std::monostate{};
    }
    template <typename T> static T inverse(const OpRun<T>& run, std::size_t c)
    {
        return 1 / std::sqrt(run.in[2].value[c] + static_cast<T>(realArg(run.args, "epsilon")));
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::vector<T> factor(run.in[1].value.size());
        std::vector<T> offset(factor.size());
        for (std::size_t c = 0; c < factor.size(); ++c) {
            factor[c] = inverse(run, c) * run.in[3].value[c];
            offset[c] = run.in[4].value[c] - run.in[1].value[c] * factor[c];
        }
        forEachChannel(viewOf(run.shape, run.args), [&](std::size_t i, std::size_t c) {
            run.y[i] = run.in[0].value[i] * factor[c] + offset[c];
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const std::size_t channels = run.in[1].value.size();
        std::vector<T> dySum(channels, 0), dyNormal(channels, 0), factor(channels);
        for (std::size_t c = 0; c < channels; ++c)
            factor[c] = inverse(run, c);
        forEachChannel(viewOf(run.shape, run.args), [&](std::size_t i, std::size_t c) {
            dySum[c] += run.dy[i];
            dyNormal[c] += run.dy[i] * (run.in[0].value[i] - run.in[1].value[c]) * factor[c];
            if (!run.in[0].gradient.empty())
                run.in[0].gradient[i] += run.dy[i] * factor[c] * run.in[3].value[c];
        });
        const auto add = [&](std::size_t input, std::size_t c, T slope) {
            if (!run.in[input].gradient.empty())
                run.in[input].gradient[c] += slope;
        };
        for (std::size_t c = 0; c < channels; ++c) {
            const T gamma = run.in[3].value[c];
            add(1, c, -dySum[c] * factor[c] * gamma);
            add(2, c, -dyNormal[c] * gamma * factor[c] * factor[c] / 2);
            add(3, c, dyNormal[c]);
            add(4, c, dySum[c]);
        }
    }
};

} // namespace

const Op& ops::batchMean()
{
    static constexpr Op op = opOf<BatchMean>();
    return op;
}

const Op& ops::batchVariance()
{
    static constexpr Op op = opOf<BatchVariance>();
    return op;
}

const Op& ops::batchNorm()
{
    static constexpr Op op = opOf<BatchNorm>();
    return op;
}

} // namespace lb
