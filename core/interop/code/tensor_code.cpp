#include "core/interop/code/tensor_code.h"

#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"
#include "core/tensor/spec.h"

#include <cmath>

namespace lb {
namespace {

enum class Style : std::uint8_t { NumPy, R, Csv };

std::string quoted(const std::string& text, Style style)
{
    if (style != Style::Csv)
        return writeJson(Config(text), JsonStyle::Compact);
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? "\"\"" : std::string(1, c);
    return result + "\"";
}

template <typename Number> std::string word(const Number& x, Style style)
{
    if constexpr (std::same_as<Number, std::string>)
        return quoted(x, style);
    else if constexpr (std::same_as<Number, bool>) {
        return style == Style::R ? (x ? "TRUE" : "FALSE") : (x ? "True" : "False");
    } else if constexpr (std::integral<Number>) {
        const bool wide = std::int64_t{x} > 2'147'483'647 || std::int64_t{x} < -2'147'483'647;
        return std::to_string(x) + (style == Style::R && !wide ? "L" : "");
    } else {
        if (std::isnan(x))
            return style == Style::NumPy ? "np.nan" : style == Style::R ? "NaN" : "nan";
        if (std::isinf(x))
            return (x < 0 ? "-" : "")
                + std::string(style == Style::NumPy ? "np.inf" : style == Style::R ? "Inf" : "inf");
        std::string text = shortestText(x);
        if (style == Style::NumPy && text.find_first_of(".e") == std::string::npos)
            text += ".0";
        return text;
    }
}

std::vector<std::string> words(const Tensor& tensor, Style style)
{
    std::vector<std::string> result;
    dispatchAny(tensor.dtype(), [&]<typename Number>(const Number&) {
        for (const Number& x : tensor.values<Number>())
            result.push_back(word(x, style));
    });
    return result;
}

std::string joined(std::span<const std::string> words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// words[from..] as nested lists from `axis` on.
std::string lists(std::span<const std::string> words, std::span<const std::int64_t> shape)
{
    if (shape.empty())
        return words.empty() ? "" : words.front();
    const auto length = static_cast<std::size_t>(shape.front());
    if (shape.size() == 1)
        return "[" + joined(words) + "]";
    const std::size_t inner = length == 0 ? 0 : words.size() / length;
    std::string text = "[";
    for (std::size_t i = 0; i < length; ++i)
        text += (i ? ", " : "") + lists(words.subspan(i * inner, inner), shape.subspan(1));
    return text + "]";
}

/// The first axis runs fastest, as R stores arrays.
std::vector<std::string> inColumns(const std::vector<std::string>& words, const Shape& shape)
{
    std::vector<std::string> result(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::size_t rest = i, to = 0;
        std::size_t step = words.size();
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            const auto length = static_cast<std::size_t>(shape[axis]);
            step /= length;
            to += rest % length * step;
            rest /= length;
        }
        result[to] = words[i];
    }
    return result;
}

} // namespace

std::string numpyCode(const Tensor& tensor)
{
    const auto numbers = words(tensor, Style::NumPy);
    const std::string dtype = tensor.dtype() == DType::String
        ? std::string("object")
        : std::string(nameOf(tensor.dtype()));
    return "np.array(" + lists(numbers, tensor.shape()) + ", dtype=\"" + dtype + "\")";
}

std::string rCode(const Tensor& tensor)
{
    const Shape& shape = tensor.shape();
    const auto numbers = words(tensor, Style::R);
    if (shape.empty())
        return joined(numbers);
    if (shape.size() == 1)
        return "c(" + joined(numbers) + ")";
    if (shape.size() == 2)
        return "matrix(c(" + joined(numbers) + "), nrow = " + std::to_string(shape[0])
            + ", byrow = TRUE)";
    std::string dims;
    for (const std::int64_t length : shape)
        dims += (dims.empty() ? "" : ", ") + std::to_string(length);
    return "array(c(" + joined(inColumns(numbers, shape)) + "), dim = c(" + dims + "))";
}

std::string csvText(const Tensor& tensor)
{
    const Shape& shape = tensor.shape();
    const auto numbers = words(tensor, Style::Csv);
    const std::size_t width = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
    std::string text;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        text += numbers[i] + ((i + 1) % width == 0 ? "\n" : ",");
    return text;
}

} // namespace lb
