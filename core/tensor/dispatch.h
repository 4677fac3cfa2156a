#pragma once

#include "core/tensor/tensor.h"

namespace lb {

/// Calls `visit(T{})` with the C++ type of a dtype of numbers. Strings are refused before it
/// comes to numbers; here they would find none.
template <typename Visit> auto dispatch(DType dtype, Visit&& visit)
{
    switch (dtype) {
    case DType::Bool:
        return visit(bool{});
    case DType::UInt8:
        return visit(std::uint8_t{});
    case DType::Int32:
        return visit(std::int32_t{});
    case DType::Int64:
        return visit(std::int64_t{});
    case DType::Float16:
        return visit(Float16{});
    case DType::BFloat16:
        return visit(BFloat16{});
    case DType::Float32:
        return visit(float{});
    case DType::Float64:
    case DType::String:
        break;
    }
    return visit(double{});
}

/// As dispatch(), strings too: `visit(std::string{})`.
template <typename Visit> auto dispatchAny(DType dtype, Visit&& visit)
{
    return dtype == DType::String ? visit(std::string{}) : dispatch(dtype, visit);
}

} // namespace lb
