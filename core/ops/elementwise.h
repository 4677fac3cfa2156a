#pragma once

#include "core/ops/op.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Makes the parts of an Op with one input of a struct `F` with kName,
/// value<T>(x, args), slope<T>(x, y, args) and range(of x, args). y has the shape of x.
/// `Args` is read once a run: it has a constructor from Config.
template <typename F> struct Elementwise {
    static constexpr std::string_view kName = F::kName;

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        return Spec{x.dtype, x.shape, F::range(x.range, typename F::Args(query.args))};
    }
    static Result<> onnx(OnnxNode& node) requires requires { F::onnx(node); }
    {
        return F::onnx(node);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const typename F::Args args(run.args);
        const auto x = run.in[0].value;
        for (std::size_t i = 0; i < run.y.size(); ++i)
            run.y[i] = F::value(x[i], args);
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const typename F::Args args(run.args);
        const auto& x = run.in[0];
        if (x.gradient.empty())
            return;
        for (std::size_t i = 0; i < run.dy.size(); ++i)
            x.gradient[i] += run.dy[i] * F::slope(x.value[i], run.y[i], args);
    }
};

/// For ops without arguments.
struct NoArgs {
    explicit NoArgs(const Config&) { }
};

/// The range of a function that never falls: both ends follow; else `bounds` (proven).
template <typename Function>
ValueRange risingRange(const ValueRange& x, Function&& f, ValueRange bounds)
{
    return x.known() ? rangeOf(x, x, f(x.least), f(x.most)) : bounds;
}

} // namespace lb
