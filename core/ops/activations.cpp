#include "core/ops/activation_recipes.h"
#include "core/ops/elementwise.h"
#include "core/ops/ops.h"

/// The element-wise activations without arguments (elu.cpp and gelu.cpp have those with some).
/// Formulas and the slopes where pieces meet: Keras 3.15 `activations` on TensorFlow.
namespace lb {
namespace {

template <typename T> T sigmoidOf(T x)
{
    if (x >= 0)
        return 1 / (1 + std::exp(-x));
    const T e = std::exp(x);
    return e / (1 + e);
}

template <typename T> T softplusOf(T x)
{
    return std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x)));
}

/// A function that rises everywhere: its range follows from x's, and lies in kLeast..kMost.
template <typename F> struct Rising {
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(F::kName, node); }
    static ValueRange range(const ValueRange& x, const NoArgs& args)
    {
        const bool bounded = F::kLeast > -kInfinity || F::kMost < kInfinity;
        return risingRange(
            x, [&](double v) { return F::value(v, args); },
            bounded ? ValueRange::proven(F::kLeast, F::kMost) : ValueRange::unknown());
    }
    static constexpr double kLeast = -kInfinity;
    static constexpr double kMost = kInfinity;
};

/// A function that dips below 0 before it rises.
template <typename F> struct Dipping {
    using Args = NoArgs;
    static Result<> onnx(OnnxNode& node) { return onnxActivation(F::kName, node); }
    static ValueRange range(const ValueRange& x, const NoArgs&)
    {
        const double most = x.known() ? std::max(x.most, 0.0) : kInfinity;
        return ValueRange{x.known() ? x.trust : ValueRange::Trust::Proven, F::kLeast, most};
    }
};

struct Sigmoid : Rising<Sigmoid> {
    static constexpr std::string_view kName = "sigmoid";
    static constexpr double kLeast = 0, kMost = 1;
    template <typename T> static T value(T x, NoArgs) { return sigmoidOf(x); }
    template <typename T> static T slope(T, T y, NoArgs) { return y * (1 - y); }
};

struct Tanh : Rising<Tanh> {
    static constexpr std::string_view kName = "tanh";
    static constexpr double kLeast = -1, kMost = 1;
    template <typename T> static T value(T x, NoArgs) { return std::tanh(x); }
    template <typename T> static T slope(T, T y, NoArgs) { return 1 - y * y; }
};

struct Softplus : Rising<Softplus> {
    static constexpr std::string_view kName = "softplus";
    static constexpr double kLeast = 0;
    template <typename T> static T value(T x, NoArgs) { return softplusOf(x); }
    template <typename T> static T slope(T x, T, NoArgs) { return sigmoidOf(x); }
};

struct Softsign : Rising<Softsign> {
    static constexpr std::string_view kName = "softsign";
    static constexpr double kLeast = -1, kMost = 1;
    template <typename T> static T value(T x, NoArgs)
    {
        return std::isinf(x) ? std::copysign(T{1}, x) : x / (1 + std::abs(x));
    }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        const T whole = 1 + std::abs(x);
        return 1 / (whole * whole);
    }
};

struct Exponential : Rising<Exponential> {
    static constexpr std::string_view kName = "exponential";
    static constexpr double kLeast = 0;
    static ValueRange range(const ValueRange& x, const NoArgs& args)
    {
        ValueRange y = Rising<Exponential>::range(x, args);
        if (y.most > std::numeric_limits<float>::max()) // what is computed overflows
            y.most = kInfinity;
        return y;
    }
    template <typename T> static T value(T x, NoArgs) { return std::exp(x); }
    template <typename T> static T slope(T, T y, NoArgs) { return y; }
};

struct LogSigmoid : Rising<LogSigmoid> {
    static constexpr std::string_view kName = "log_sigmoid";
    static constexpr double kMost = 0;
    template <typename T> static T value(T x, NoArgs) { return -softplusOf(-x); }
    template <typename T> static T slope(T x, T, NoArgs) { return sigmoidOf(-x); }
};

struct Selu : Rising<Selu> {
    static constexpr std::string_view kName = "selu";
    static constexpr double kScale = 1.0507009873554804934193349852946;
    static constexpr double kScaleAlpha = 1.7580993408473768599402175208123;
    static constexpr double kLeast = -kScaleAlpha;
    template <typename T> static T value(T x, NoArgs)
    {
        return x < 0 ? static_cast<T>(kScaleAlpha) * std::expm1(x) : static_cast<T>(kScale) * x;
    }
    template <typename T> static T slope(T x, T y, NoArgs)
    {
        return x < 0 ? y + static_cast<T>(kScaleAlpha) : static_cast<T>(kScale);
    }
};

struct HardSigmoid : Rising<HardSigmoid> { // relu6(x + 3) / 6
    static constexpr std::string_view kName = "hard_sigmoid";
    static constexpr double kLeast = 0, kMost = 1;
    template <typename T> static T value(T x, NoArgs)
    {
        return std::min(std::max(x + 3, T{0}), T{6}) / 6;
    }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        return x + 3 > 0 && x + 3 < 6 ? T{1} / 6 : T{0};
    }
};

struct HardTanh : Rising<HardTanh> {
    static constexpr std::string_view kName = "hard_tanh";
    static constexpr double kLeast = -1, kMost = 1;
    template <typename T> static T value(T x, NoArgs) { return std::min(std::max(x, T{-1}), T{1}); }
    template <typename T> static T slope(T x, T, NoArgs) { return x >= -1 && x <= 1 ? 1 : 0; }
};

struct HardShrink : Rising<HardShrink> {
    static constexpr std::string_view kName = "hard_shrink";
    template <typename T> static T value(T x, NoArgs) { return std::abs(x) > T{0.5} ? x : T{0}; }
    template <typename T> static T slope(T x, T, NoArgs) { return std::abs(x) > T{0.5} ? 1 : 0; }
};

struct SoftShrink : Rising<SoftShrink> {
    static constexpr std::string_view kName = "soft_shrink";
    template <typename T> static T value(T x, NoArgs)
    {
        return x > T{0.5} ? x - T{0.5} : x < T{-0.5} ? x + T{0.5} : T{0};
    }
    template <typename T> static T slope(T x, T, NoArgs) { return std::abs(x) > T{0.5} ? 1 : 0; }
};

struct TanhShrink : Rising<TanhShrink> {
    static constexpr std::string_view kName = "tanh_shrink";
    template <typename T> static T value(T x, NoArgs) { return x - std::tanh(x); }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        const T t = std::tanh(x);
        return t * t;
    }
};

struct SparsePlus : Rising<SparsePlus> {
    static constexpr std::string_view kName = "sparse_plus";
    static constexpr double kLeast = 0;
    template <typename T> static T value(T x, NoArgs)
    {
        return x <= -1 ? T{0} : x < 1 ? (x + 1) * (x + 1) / 4 : x;
    }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        return x <= -1 ? T{0} : x < 1 ? (x + 1) / 2 : T{1};
    }
};

struct SparseSigmoid : Rising<SparseSigmoid> {
    static constexpr std::string_view kName = "sparse_sigmoid";
    static constexpr double kLeast = 0, kMost = 1;
    template <typename T> static T value(T x, NoArgs)
    {
        return x <= -1 ? T{0} : x >= 1 ? T{1} : (x + 1) / 2;
    }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        return x <= -1 || x >= 1 ? T{0} : T{0.5};
    }
};

struct Squareplus : Rising<Squareplus> {
    static constexpr std::string_view kName = "squareplus";
    static constexpr double kLeast = 0;
    template <typename T> static T value(T x, NoArgs) { return (x + std::sqrt(x * x + 4)) / 2; }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        return (1 + x / std::sqrt(x * x + 4)) / 2;
    }
};

struct Silu : Dipping<Silu> {
    static constexpr std::string_view kName = "silu";
    static constexpr double kLeast = -0.2784645427610738;
    template <typename T> static T value(T x, NoArgs) { return x * sigmoidOf(x); }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        const T s = sigmoidOf(x);
        return s * (1 + x * (1 - s));
    }
};

struct HardSilu : Dipping<HardSilu> {
    static constexpr std::string_view kName = "hard_silu";
    static constexpr double kLeast = -0.375;
    template <typename T> static T value(T x, NoArgs args)
    {
        return x * HardSigmoid::value(x, args);
    }
    template <typename T> static T slope(T x, T y, NoArgs args)
    {
        return HardSigmoid::value(x, args) + x * HardSigmoid::slope(x, y, args);
    }
};

struct Mish : Dipping<Mish> {
    static constexpr std::string_view kName = "mish";
    static constexpr double kLeast = -0.3088429;
    template <typename T> static T value(T x, NoArgs) { return x * std::tanh(softplusOf(x)); }
    template <typename T> static T slope(T x, T, NoArgs)
    {
        const T t = std::tanh(softplusOf(x));
        return t + x * (1 - t * t) * sigmoidOf(x);
    }
};

template <typename F> const Op& only()
{
    static constexpr Op op = opOf<Elementwise<F>>();
    return op;
}

constexpr std::array kNamed{&only<Sigmoid>,    &only<Tanh>,          &only<Softplus>,
                            &only<Softsign>,   &only<Selu>,          &only<Exponential>,
                            &only<LogSigmoid>, &only<HardSigmoid>,   &only<HardTanh>,
                            &only<HardShrink>, &only<SoftShrink>,    &only<TanhShrink>,
                            &only<SparsePlus>, &only<SparseSigmoid>, &only<Squareplus>,
                            &only<Silu>,       &only<HardSilu>,      &only<Mish>};

} // namespace

const Op* ops::activationNamed(std::string_view name)
{
    for (const auto& op : kNamed)
        if (op().name == name)
            return &op();
    return nullptr;
}

std::vector<std::string_view> ops::namedActivations()
{
    std::vector<std::string_view> names;
    for (const auto& op : kNamed)
        names.push_back(op().name);
    return names;
}

const Op& ops::exponential()
{
    return only<Exponential>();
}

} // namespace lb
