#include "core/interop/onnx/onnx_node.h"
#include "core/ops/axes.h"
#include "core/ops/ops.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lb {
namespace {

AxisView viewOf(std::span<const std::int64_t> shape, const Config& args)
{
    return axisView(shape, axisIndex("softmax", shape.size(), intArg(args, "axis")).value());
}

/// Runs visit(line) for each line along the axis; line(k) is the index of its k-th element.
template <typename Visit> void forEachLine(const AxisView& view, Visit&& visit)
{
    for (std::int64_t outer = 0; outer < view.outer; ++outer)
        for (std::int64_t inner = 0; inner < view.inner; ++inner)
            visit([&, outer, inner](std::int64_t k) {
                return static_cast<std::size_t>((outer * view.size + k) * view.inner + inner);
            });
}

Result<Spec> sameShape(std::string_view op, const OpQuery& query, ValueRange range)
{
    const Spec& x = query.in[0];
    LB_TRY(axis, axisIndex(op, x.shape.size(), intArg(query.args, "axis")));
    static_cast<void>(axis);
    return Spec{x.dtype, x.shape, range};
}

template <typename T, typename Line>
T largest(std::span<const T> x, const Line& line, std::int64_t size)
{
    T most = x[line(0)];
    for (std::int64_t k = 1; k < size; ++k)
        most = std::max(most, x[line(k)]);
    return most;
}

/// y = exp(x) / sum of exp(x) along `axis`. Shapes: y as x. Source: TensorFlow `softmax`.
struct Softmax {
    static constexpr std::string_view kName = "softmax";

    static Result<Spec> infer(const OpQuery& query)
    {
        return sameShape(kName, query, ValueRange::proven(0, 1));
    }
    static Result<> onnx(OnnxNode& node)
    {
        return node.as("Softmax", {{"axis", intArg(node.args(), "axis")}});
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.shape, run.args);
        const auto x = run.in[0].value;
        forEachLine(view, [&](const auto& line) {
            const T most = largest(x, line, view.size);
            T sum = 0;
            for (std::int64_t k = 0; k < view.size; ++k)
                sum += run.y[line(k)] = std::exp(x[line(k)] - most);
            for (std::int64_t k = 0; k < view.size; ++k)
                run.y[line(k)] /= sum;
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.shape, run.args);
        const auto gradient = run.in[0].gradient;
        if (gradient.empty())
            return;
        forEachLine(view, [&](const auto& line) {
            T dot = 0;
            for (std::int64_t k = 0; k < view.size; ++k)
                dot += run.dy[line(k)] * run.y[line(k)];
            for (std::int64_t k = 0; k < view.size; ++k)
                gradient[line(k)] += (run.dy[line(k)] - dot) * run.y[line(k)];
        });
    }
};

/// y = x - log(sum of exp(x)) along `axis`. Shapes: y as x. Source: TensorFlow `log_softmax`.
struct LogSoftmax {
    static constexpr std::string_view kName = "log_softmax";

    static Result<Spec> infer(const OpQuery& query)
    {
        return sameShape(kName, query,
                         ValueRange::proven(-std::numeric_limits<double>::infinity(), 0));
    }
    static Result<> onnx(OnnxNode& node)
    {
        return node.as("LogSoftmax", {{"axis", intArg(node.args(), "axis")}});
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.shape, run.args);
        const auto x = run.in[0].value;
        forEachLine(view, [&](const auto& line) {
            const T most = largest(x, line, view.size);
            T sum = 0;
            for (std::int64_t k = 0; k < view.size; ++k)
                sum += std::exp(x[line(k)] - most);
            for (std::int64_t k = 0; k < view.size; ++k)
                run.y[line(k)] = x[line(k)] - most - std::log(sum);
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const AxisView view = viewOf(run.shape, run.args);
        const auto gradient = run.in[0].gradient;
        if (gradient.empty())
            return;
        forEachLine(view, [&](const auto& line) {
            T sum = 0;
            for (std::int64_t k = 0; k < view.size; ++k)
                sum += run.dy[line(k)];
            for (std::int64_t k = 0; k < view.size; ++k)
                gradient[line(k)] += run.dy[line(k)] - std::exp(run.y[line(k)]) * sum;
        });
    }
};

/// y = max(x - tau, 0), which leaves few values above 0; tau follows from the largest values.
///
/// Shapes: y as x. Args: axis. Source: Keras 3.15 `sparsemax` on TensorFlow, to the number: its tau
/// adds up all cumulative sums of the support, so that it is Martins et al. 2016 only where one
/// value stands out.
struct Sparsemax {
    static constexpr std::string_view kName = "sparsemax";

    static Result<Spec> infer(const OpQuery& query)
    {
        return sameShape(kName, query,
                         ValueRange::proven(0, std::numeric_limits<double>::infinity()));
    }
    /// Without sorting: each value against all, earlier ones first among equals. `rank` counts those
    /// that come up to a value, `sums` adds them up.
    static Result<> onnx(OnnxNode& node)
    {
        LB_TRY(index, axisIndex(kName, node.spec().shape.size(), intArg(node.args(), "axis")));
        const auto axis = static_cast<std::int64_t>(index);
        const std::string along = node.ints({axis});
        const std::string across = node.ints({axis + 1});
        const std::string one = node.scalar(1);
        const auto summed = [&](const std::string& x, const std::string& axes, bool keep) {
            return node.add("ReduceSum", {x, axes}, {{"keepdims", std::int64_t{keep}}});
        };
        const auto number = [&](const std::string& x) {
            return node.add("Cast", {x}, {{"to", onnxType(node.spec().dtype)}});
        };
        const auto compared = [&](const char* how, const std::string& x) {
            return node.add(how, {node.add("Unsqueeze", {x, along}),
                                  node.add("Unsqueeze", {x, across})});
        };
        const std::string& x = node.input(0);
        const std::string place
            = node.add("CumSum", {number(node.add("Equal", {x, x})),
                                  node.initializer(Tensor::of<std::int64_t>({}, {axis}))});
        const std::string before = number(
            node.add("Or", {compared("Greater", x),
                            node.add("And", {compared("Equal", x),
                                             compared("LessOrEqual", place)})}));
        const std::string rank = summed(before, across, false);
        const std::string sums = summed(
            node.add("Mul", {before, node.add("Unsqueeze", {x, along})}), across, false);
        const std::string bound = node.add("Add", {node.add("Mul", {rank, x}), one});
        const std::string support = number(node.add("Greater", {bound, sums}));
        const std::string whole = summed(node.add("Mul", {support, sums}), along, true);
        const std::string tau = node.add(
            "Div", {node.add("Sub", {whole, one}), summed(support, along, true)});
        node.result(node.add("Relu", {node.add("Sub", {x, tau})}));
        return std::monostate{};
    }
    /// tau and its slope in the value at each place of a line.
    template <typename T> struct Threshold {
        T tau = 0;
        std::vector<T> slopes;
    };
    template <typename T> static Threshold<T> threshold(std::span<const T> x)
    {
        std::vector<std::size_t> order(x.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return x[a] > x[b]; });
        std::vector<char> supported(x.size());
        T cumulative = 0, sum = 0, count = 0;
        for (std::size_t k = 0; k < order.size(); ++k) {
            cumulative += x[order[k]];
            supported[k] = x[order[k]] - (cumulative - 1) / static_cast<T>(k + 1) > 0;
            sum += supported[k] ? cumulative : T{0};
            count += supported[k] ? T{1} : T{0};
        }
        Threshold<T> result{(sum - 1) / count, std::vector<T>(x.size(), 0)};
        T later = 0; // sums that a value is part of
        for (std::size_t k = order.size(); k-- > 0;) {
            later += supported[k] ? T{1} : T{0};
            result.slopes[order[k]] = later / count;
        }
        return result;
    }
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const AxisView view = viewOf(run.shape, run.args);
        std::vector<T> x(static_cast<std::size_t>(view.size));
        forEachLine(view, [&](const auto& line) {
            for (std::size_t k = 0; k < x.size(); ++k)
                x[k] = run.in[0].value[line(static_cast<std::int64_t>(k))];
            visit(line, x, threshold(std::span<const T>(x)));
        });
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](const auto& line, const std::vector<T>& x, const Threshold<T>& at) {
            for (std::size_t k = 0; k < x.size(); ++k)
                run.y[line(static_cast<std::int64_t>(k))] = std::max(x[k] - at.tau, T{0});
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto gradient = run.in[0].gradient;
        if (gradient.empty())
            return;
        each(run, [&](const auto& line, const std::vector<T>& x, const Threshold<T>& at) {
            T sum = 0;
            for (std::size_t k = 0; k < x.size(); ++k)
                if (x[k] >= at.tau) {
                    const std::size_t i = line(static_cast<std::int64_t>(k));
                    sum += run.dy[i];
                    gradient[i] += run.dy[i];
                }
            for (std::size_t k = 0; k < x.size(); ++k)
                gradient[line(static_cast<std::int64_t>(k))] -= sum * at.slopes[k];
        });
    }
};

/// The first half of the last axis times the sigmoid of the second.
/// Shapes: x [..., 2 n], y [..., n]. Source: Dauphin et al. 2017; Keras 3 `glu`.
struct Glu {
    static constexpr std::string_view kName = "glu";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (y.shape.empty() || y.shape.back() == kUnknown || y.shape.back() % 2 != 0)
            return Error{
                ErrorCode::BadShape,
                std::string(kName),
                {LB_TR("Error", "the last axis must be even, shape is: %1"), {text(y.shape)}}};
        y.shape.back() /= 2;
        y.range = {};
        return y;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const std::int64_t half = node.spec().shape.back();
        const auto part = [&](std::int64_t from) {
            return node.add("Slice", {node.input(0), node.ints({from}), node.ints({from + half}),
                                      node.ints({-1})});
        };
        node.result(node.add("Mul", {part(0), node.add("Sigmoid", {part(half)})}));
        return std::monostate{};
    }
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const auto half = static_cast<std::size_t>(run.shape.back());
        for (std::size_t i = 0; i < run.y.size(); ++i) {
            const std::size_t first = i / half * 2 * half + i % half;
            visit(i, first, first + half, 1 / (1 + std::exp(-run.in[0].value[first + half])));
        }
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](std::size_t i, std::size_t a, std::size_t, T gate) {
            run.y[i] = run.in[0].value[a] * gate;
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto gradient = run.in[0].gradient;
        if (gradient.empty())
            return;
        each(run, [&](std::size_t i, std::size_t a, std::size_t b, T gate) {
            gradient[a] += run.dy[i] * gate;
            gradient[b] += run.dy[i] * run.in[0].value[a] * gate * (1 - gate);
        });
    }
};

} // namespace

const Op& ops::softmax()
{
    static constexpr Op op = opOf<Softmax>();
    return op;
}

const Op& ops::logSoftmax()
{
    static constexpr Op op = opOf<LogSoftmax>();
    return op;
}

const Op& ops::sparsemax()
{
    static constexpr Op op = opOf<Sparsemax>();
    return op;
}

const Op& ops::glu()
{
    static constexpr Op op = opOf<Glu>();
    return op;
}

} // namespace lb
