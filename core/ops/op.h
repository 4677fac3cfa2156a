#pragma once

#include "core/support/config.h"
#include "core/tensor/spec.h"

#include <concepts>

namespace lb {

template <typename T> struct OpInput {
    std::span<const std::int64_t> shape;
    std::span<const T> value;
    std::span<T> gradient; ///< gradient() adds to it: a value may be used twice. Empty: not wanted
    DType dtype = DType::Float32; ///< what the numbers stand for; they are computed in T
};

/// The buffers of one op in a run. Shapes are known and fit; y starts as zeros.
/// In gradient() y holds what reference() computed.
template <typename T> struct OpRun {
    std::vector<OpInput<T>> in;
    std::span<const std::int64_t> shape;
    std::span<T> y;
    std::span<const T> dy;
    const Config& args;
    DType dtype = DType::Float32; ///< of y
};

/// What an op says of itself before it runs. Dimensions may be kUnknown.
struct OpQuery {
    std::span<const Spec> in;
    const Config& args;
};

class OnnxNode; // core/interop/onnx/onnx_node.h: what an op needs to write its ONNX recipe

/// An operation that layers are made of: pure, without state, one output. One file an op in
/// core/ops. Ops that cannot train (image warps, comparisons) have no gradient: null.
struct Op {
    std::string_view name;
    Result<Spec> (*infer)(const OpQuery&); ///< dtype, shape and value range of the output
    std::int64_t (*macs)(const OpQuery&, const Spec& y); ///< multiply-adds a call; null: none
    Result<> (*onnx)(OnnxNode&); ///< null: has no ONNX form (train-only ops)
    void (*reference32)(const OpRun<float>&);
    void (*gradient32)(const OpRun<float>&);
    void (*reference64)(const OpRun<double>&); ///< the same code in double checks gradient()
    void (*gradient64)(const OpRun<double>&);

    bool differentiable() const { return gradient64 != nullptr; }

    template <std::floating_point T> auto reference() const
    {
        if constexpr (std::same_as<T, float>)
            return reference32;
        else
            return reference64;
    }
    template <std::floating_point T> auto gradient() const
    {
        if constexpr (std::same_as<T, float>)
            return gradient32;
        else
            return gradient64;
    }
};

/// Makes an Op of a struct with kName, infer and reference<T>, and, where it has them,
/// gradient<T>, macs and onnx.
template <typename Impl> constexpr Op opOf()
{
    Op op{};
    op.name = Impl::kName;
    op.infer = &Impl::infer;
    op.reference32 = &Impl::template reference<float>;
    op.reference64 = &Impl::template reference<double>;
    if constexpr (requires { &Impl::template gradient<float>; }) {
        op.gradient32 = &Impl::template gradient<float>;
        op.gradient64 = &Impl::template gradient<double>;
    }
    if constexpr (requires { &Impl::macs; })
        op.macs = &Impl::macs;
    if constexpr (requires { &Impl::onnx; })
        op.onnx = &Impl::onnx;
    return op;
}

/// Reads an argument that the emitter wrote: it is there and of that type, or it is our bug.
std::int64_t intArg(const Config& args, std::string_view key);
double realArg(const Config& args, std::string_view key); ///< an integer counts as a real
bool boolArg(const Config& args, std::string_view key);
const std::string& textArg(const Config& args, std::string_view key);
std::vector<std::int64_t> intsArg(const Config& args, std::string_view key);
Config intsConfig(std::span<const std::int64_t> values);

} // namespace lb
