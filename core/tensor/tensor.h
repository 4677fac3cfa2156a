#pragma once

#include "core/tensor/float16.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lb {

using Shape = std::vector<std::int64_t>;
inline constexpr std::int64_t kUnknown = -1; ///< a dimension that only the data will tell

std::int64_t elementCount(std::span<const std::int64_t> shape); ///< all dimensions known; [] has 1
std::string text(const Shape& shape); ///< "[?, 28, 28, 1]"

/// String is UTF-8 of any length, one std::string an element: for tables and text, never computed with.
enum class DType : std::uint8_t { Bool, UInt8, Int32, Int64, Float16, BFloat16, Float32, Float64, String };

template <typename T>
inline constexpr DType kDTypeOf = [] {
    if constexpr (std::is_same_v<T, bool>)
        return DType::Bool;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
        return DType::UInt8;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return DType::Int32;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return DType::Int64;
    else if constexpr (std::is_same_v<T, Float16>)
        return DType::Float16;
    else if constexpr (std::is_same_v<T, BFloat16>)
        return DType::BFloat16;
    else if constexpr (std::is_same_v<T, float>)
        return DType::Float32;
    else if constexpr (std::is_same_v<T, std::string>)
        return DType::String;
    else {
        static_assert(std::is_same_v<T, double>, "no such tensor type");
        return DType::Float64;
    }
}();

std::int64_t sizeOf(DType dtype); ///< bytes an element; not of strings

/// An n-dimensional array, C order. Values never change after construction, so copies share
/// them and any thread may read them.
class Tensor {
public:
    Tensor() = default; ///< float32, shape [0]

    /// Lets `write` fill a zeroed std::span<T> before anybody else can see it.
    template <typename T, typename Write> static Tensor make(Shape shape, Write&& write)
    {
        const auto count = static_cast<std::size_t>(elementCount(shape));
        const std::shared_ptr<T[]> storage = std::make_shared<T[]>(count);
        write(std::span<T>(storage.get(), count));
        return {kDTypeOf<T>, std::move(shape), storage};
    }

    template <typename T> static Tensor of(Shape shape, std::initializer_list<T> values)
    {
        assert(std::ssize(values) == elementCount(shape));
        return make<T>(std::move(shape),
                       [&](std::span<T> out) { std::ranges::copy(values, out.begin()); });
    }

    /// Zeros of a dtype that is known at run time only; `write` fills the raw bytes. No strings.
    template <typename Write> static Tensor makeRaw(DType dtype, Shape shape, Write&& write)
    {
        assert(dtype != DType::String);
        const auto count = static_cast<std::size_t>(elementCount(shape))
            * static_cast<std::size_t>(sizeOf(dtype));
        const std::shared_ptr<std::byte[]> storage = std::make_shared<std::byte[]>(count);
        write(std::span<std::byte>(storage.get(), count));
        return {dtype, std::move(shape), storage};
    }

    /// The same values under another shape with as many elements; shares the storage.
    Tensor reshaped(Shape shape) const
    {
        assert(elementCount(shape) == elementCount(m_shape));
        Tensor result = *this;
        result.m_shape = std::move(shape);
        return result;
    }

    DType dtype() const { return m_dtype; }
    const Shape& shape() const { return m_shape; }

    /// Valid as long as a tensor that shares the storage lives; T must be the dtype: strings that
    /// come where numbers are expected must not be read as such, so a wrong T finds nothing.
    template <typename T> std::span<const T> values() const
    {
        assert(kDTypeOf<T> == m_dtype);
        if (kDTypeOf<T> != m_dtype)
            return {};
        return {static_cast<const T*>(m_storage.get()),
                static_cast<std::size_t>(elementCount(m_shape))};
    }

    /// For files, hashes and bit-exact comparison; strings have none.
    std::span<const std::byte> bytes() const;

    bool operator==(const Tensor& other) const; ///< dtype, shape and every byte of every element

private:
    Tensor(DType dtype, Shape shape, std::shared_ptr<const void> storage)
        : m_dtype(dtype)
        , m_shape(std::move(shape))
        , m_storage(std::move(storage))
    {
    }

    DType m_dtype = DType::Float32;
    Shape m_shape = {0};
    std::shared_ptr<const void> m_storage;
};

} // namespace lb
