#include "core/preview/value_words.h"

#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"
#include "core/tensor/spec.h"

namespace lb {
namespace {

constexpr std::int64_t kFewNumbers = 3; ///< more of them are seen better than read
constexpr std::size_t kLongest = 4'000; ///< bytes of a text

std::string shortened(const std::string& text)
{
    if (text.size() <= kLongest)
        return text;
    std::size_t end = kLongest; // never in the middle of a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
        --end;
    return text.substr(0, end);
}

} // namespace

std::string elementText(const Tensor& tensor, std::size_t index)
{
    return dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
        const auto values = tensor.values<T>();
        if (index >= values.size())
            return std::string();
        if constexpr (std::is_same_v<T, std::string>)
            return shortened(values[index]);
        else if constexpr (std::is_same_v<T, bool>)
            return std::string(values[index] ? "true" : "false");
        else if constexpr (std::is_integral_v<T>)
            return std::to_string(values[index]);
        else
            return roundedText(static_cast<double>(values[index]));
    });
}

ValueWords wordsOf(const Tensor& value)
{
    ValueWords words;
    const std::int64_t count = elementCount(value.shape());
    const bool text = value.dtype() == DType::String;
    const bool along = value.shape().size() <= 1;
    if (count <= 0 || (!text && !along)
        || (!text && isFloating(value.dtype()) && count > kFewNumbers))
        return words;
    words.kind = text ? ValueWords::Kind::Texts : ValueWords::Kind::Numbers;
    words.count = count;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) && i < ValueWords::kMost; ++i)
        words.lines.push_back({{}, elementText(value, i)});
    return words;
}

ValueWords pairsOf(const std::vector<std::string>& from, const Tensor& to)
{
    ValueWords words;
    const std::int64_t count = elementCount(to.shape());
    if (from.empty() || to.shape().size() > 1 || count < std::ssize(from))
        return words;
    words.kind = ValueWords::Kind::Pairs;
    words.count = std::ssize(from);
    for (std::size_t i = 0; i < from.size() && i < ValueWords::kMost; ++i)
        words.lines.push_back({shortened(from[i]), elementText(to, i)});
    return words;
}

ValueWords rowWords(const std::vector<std::string>& names, const std::vector<Tensor>& cells)
{
    if (cells.size() == 1)
        return wordsOf(cells.front());
    ValueWords words;
    words.kind = ValueWords::Kind::Row;
    words.count = std::ssize(cells);
    for (std::size_t i = 0; i < cells.size() && i < ValueWords::kMost; ++i)
        words.lines.push_back({i < names.size() ? names[i] : std::string(),
                               elementText(cells[i], 0)});
    return words;
}

} // namespace lb
