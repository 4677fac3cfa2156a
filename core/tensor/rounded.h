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

} // namespace lb
