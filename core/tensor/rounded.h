#pragma once

#include "core/tensor/spec.h"

#include <concepts>
#include <span>

namespace lb {

/// Numbers that stand for a narrower dtype than they are computed in, as those that it has: of 16
/// bits, or of float32 if T is double. Others stay.
template <std::floating_point T> void roundTo(DType dtype, std::span<T> numbers)
{
    const auto round = [&]<typename Number>(Number) {
        for (T& x : numbers)
            x = static_cast<T>(static_cast<Number>(x));
    };
    if (dtype == DType::Float16)
        round(Float16{});
    else if (dtype == DType::BFloat16)
        round(BFloat16{});
    else if (dtype == DType::Float32 && std::same_as<T, double>)
        round(float{});
}

/// Rounds a number after a step of a computation as a dtype of 16 bits does.
template <std::floating_point T> class RoundedTo {
public:
    explicit RoundedTo(DType dtype)
        : m_dtype(dtype)
    {
    }
    T operator()(T x) const
    {
        roundTo<T>(m_dtype, {&x, 1});
        return x;
    }

private:
    DType m_dtype;
};

/// In place of RoundedTo, where no step is rounded.
struct Unrounded {
    template <typename T> T operator()(T x) const { return x; }
};

/// Calls work(round): a computation whose steps are rounded in 16 bits, and not at all otherwise.
template <std::floating_point T, typename Work> void inSteps(DType dtype, Work&& work)
{
    if (is16Bit(dtype))
        work(RoundedTo<T>(dtype));
    else
        work(Unrounded());
}

} // namespace lb
