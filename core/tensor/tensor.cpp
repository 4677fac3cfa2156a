#include "core/tensor/tensor.h"

namespace lb {

std::int64_t sizeOf(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
    case DType::UInt8:
        return 1;
    case DType::Float16:
    case DType::BFloat16:
        return 2;
    case DType::Int32:
    case DType::Float32:
        return 4;
    case DType::Int64:
    case DType::Float64:
        return 8;
    case DType::String:
        break;
    }
    assert(false); // a string has no size of its own
    return 0;
}

std::int64_t elementCount(std::span<const std::int64_t> shape)
{
    std::int64_t count = 1;
    for (const std::int64_t dim : shape) {
        assert(dim >= 0);
        count *= dim;
    }
    return count;
}

std::string text(const Shape& shape)
{
    std::string result = "[";
    for (const std::int64_t dim : shape) {
        if (result.size() > 1)
            result += ", ";
        result += dim == kUnknown ? "?" : std::to_string(dim);
    }
    return result + "]";
}

std::span<const std::byte> Tensor::bytes() const
{
    assert(m_dtype != DType::String);
    if (m_dtype == DType::String)
        return {};
    return {static_cast<const std::byte*>(m_storage.get()),
            static_cast<std::size_t>(elementCount(m_shape) * sizeOf(m_dtype))};
}

bool Tensor::operator==(const Tensor& other) const
{
    if (m_dtype != other.m_dtype || m_shape != other.m_shape)
        return false;
    if (m_dtype == DType::String)
        return std::ranges::equal(values<std::string>(), other.values<std::string>());
    return std::ranges::equal(bytes(), other.bytes());
}

} // namespace lb
