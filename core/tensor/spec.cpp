#include "core/tensor/spec.h"

#include <array>
#include <charconv>
#include <cmath>

namespace lb {
namespace {

constexpr std::array<std::string_view, 9> kNames{
    "bool", "uint8", "int32", "int64", "float16", "bfloat16", "float32", "float64", "string"};

std::string number(double value)
{
    std::array<char, 32> buffer; // the shortest form of a double takes 24
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end.ptr};
}

} // namespace

ValueRange rangeOf(const ValueRange& a, const ValueRange& b, double least, double most)
{
    const auto trust = std::min(a.trust, b.trust);
    if (trust == ValueRange::Trust::Unknown || std::isnan(least) || std::isnan(most))
        return {}; // 0 times an open end
    return {trust, least, most};
}

bool isFloating(DType dtype)
{
    return dtype == DType::Float32 || dtype == DType::Float64 || is16Bit(dtype);
}

bool is16Bit(DType dtype)
{
    return dtype == DType::Float16 || dtype == DType::BFloat16;
}

std::string_view nameOf(DType dtype)
{
    return kNames.at(static_cast<std::size_t>(dtype));
}

std::optional<DType> dtypeNamed(std::string_view name)
{
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end())
        return {};
    return static_cast<DType>(found - kNames.begin());
}

std::string text(const Spec& spec)
{
    std::string result = std::string(nameOf(spec.dtype)) + " " + text(spec.shape);
    if (spec.range.known())
        result += " " + number(spec.range.least) + ".." + number(spec.range.most);
    return result;
}

} // namespace lb
