#include "core/tensor/number_words.h"

#include <array>
#include <charconv>

namespace lb {
namespace {

template <typename T, typename... Format> std::string written(T value, Format... format)
{
    std::array<char, 64> buffer{};
    const auto end
        = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...);
    return {buffer.data(), end.ptr};
}

template <typename T> std::optional<T> read(std::string_view word)
{
    T value{};
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || failed != std::errc() || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

/// With as few digits as tell it from its neighbours.
template <Float16Bits T> std::string shortest16(T value)
{
    for (int digits = 1; digits < 9; ++digits) {
        std::string text = written(float{value}, std::chars_format::general, digits);
        if (const auto back = read<double>(text); back && T(*back).bits == value.bits)
            return text;
    }
    return written(float{value});
}

} // namespace

std::optional<std::int64_t> integerOf(std::string_view word)
{
    return read<std::int64_t>(word);
}

std::optional<double> realOf(std::string_view word)
{
    return read<double>(word);
}

std::string shortestText(float value)
{
    return written(value);
}

std::string shortestText(double value)
{
    return written(value);
}

std::string shortestText(Float16 value)
{
    return shortest16(value);
}

std::string shortestText(BFloat16 value)
{
    return shortest16(value);
}

std::string roundedText(double value)
{
    return written(value, std::chars_format::general, 6);
}

} // namespace lb
