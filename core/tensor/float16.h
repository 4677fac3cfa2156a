#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace lb {

/// The 16 bits that are nearest to a double, ties to the even one; beyond the largest number an
/// infinity, below the smallest normal one subnormal. Exact from float, too: a double holds it.
/// Source: IEEE 754-2019, 4.3.1.
template <int kExponentBits, int kFractionBits> constexpr std::uint16_t bits16Of(double x)
{
    static_assert(1 + kExponentBits + kFractionBits == 16);
    constexpr int bias = (1 << (kExponentBits - 1)) - 1;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto sign = static_cast<unsigned>(bits >> 63) << 15;
    const int exponent = static_cast<int>(bits >> 52 & 0x7FF) - 1023;
    std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    constexpr unsigned infinity = ((1u << kExponentBits) - 1) << kFractionBits;
    if (exponent == 1024 && fraction != 0)
        return static_cast<std::uint16_t>(sign | infinity | 1u << (kFractionBits - 1));
    if (exponent > bias)
        return static_cast<std::uint16_t>(sign | infinity);
    const bool normal = exponent >= 1 - bias;
    const int dropped = 52 - kFractionBits + (normal ? 0 : 1 - bias - exponent);
    if (dropped > 53)
        return static_cast<std::uint16_t>(sign);
    fraction |= std::uint64_t{1} << 52;
    std::uint64_t kept = fraction >> dropped;
    const std::uint64_t rest = fraction & ((std::uint64_t{1} << dropped) - 1);
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    kept += rest > half || (rest == half && (kept & 1)) ? 1 : 0;
    // the leading one of a normal number counts up the exponent, and so does a carry
    const auto lead = normal ? static_cast<std::uint64_t>(exponent + bias - 1) << kFractionBits : 0;
    return static_cast<std::uint16_t>(sign | static_cast<unsigned>(lead + kept));
}

/// IEEE half precision: 11 significant bits, up to 65504.
struct Float16 {
    std::uint16_t bits = 0;

    constexpr Float16() = default;
    template <typename T>
    requires std::is_arithmetic_v<T>
    constexpr explicit Float16(T x)
        : bits(bits16Of<5, 10>(static_cast<double>(x)))
    {
    }
    constexpr operator float() const // implicit: computed with as float
    {
        const std::uint32_t sign = std::uint32_t{bits & 0x8000u} << 16;
        const std::uint32_t exponent = bits >> 10 & 31u;
        const std::uint32_t fraction = bits & 1023u;
        if (exponent == 0) { // subnormal: fraction · 2⁻²⁴
            const float small = static_cast<float>(fraction) * 0x1p-24f;
            return sign ? -small : small;
        }
        const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112;
        return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
    }
};

/// The upper half of a float: 8 significant bits, a float's range.
struct BFloat16 {
    std::uint16_t bits = 0;

    constexpr BFloat16() = default;
    template <typename T>
    requires std::is_arithmetic_v<T>
    constexpr explicit BFloat16(T x)
        : bits(bits16Of<8, 7>(static_cast<double>(x)))
    {
    }
    constexpr operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
};

template <typename T>
concept Float16Bits = std::same_as<T, Float16> || std::same_as<T, BFloat16>;

/// Numbers with a fraction, whatever their size.
template <typename T>
concept RealNumber = std::floating_point<T> || Float16Bits<T>;

} // namespace lb
