#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"
#include "core/tensor/typed_numbers.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::int64_t kWhole = 400; ///< numbers that are shown without gaps
constexpr std::int64_t kEdge = 4; ///< of a long axis, at either end
constexpr std::string_view kGap = "…";

std::vector<std::string> words(const Tensor& tensor, bool exact)
{
    std::vector<std::string> result;
    dispatchAny(tensor.dtype(), [&]<typename Number>(const Number&) {
        for (const Number& x : tensor.values<Number>()) {
            if constexpr (std::same_as<Number, std::string>)
                result.push_back(writeJson(Config(x), JsonStyle::Compact));
            else if constexpr (std::same_as<Number, bool>)
                result.emplace_back(x ? "True" : "False");
            else if constexpr (std::integral<Number>)
                result.push_back(std::to_string(x));
            else
                result.push_back(exact ? shortestText(x) : roundedText(static_cast<double>(x)));
        }
    });
    return result;
}

/// Characters as they are seen: "…" has three bytes.
std::size_t widthOf(const std::string& word)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(word, [](char c) { return (c & 0xC0) != 0x80; }));
}

class Writer {
public:
    Writer(const Tensor& tensor, bool gaps)
        : m_shape(tensor.shape())
        , m_words(words(tensor, !gaps))
        , m_gaps(gaps && std::ssize(m_words) > kWhole)
    {
    }

    std::string text()
    {
        if (m_shape.empty())
            return m_words.empty() ? "" : m_words[0];
        if (m_shape.size() == 2)
            return rows();
        std::string result;
        nested(result, 0, 0);
        return result;
    }

private:
    /// The places of an axis that are shown; -1 is a gap.
    std::vector<std::int64_t> places(std::int64_t length) const
    {
        std::vector<std::int64_t> result;
        const bool cut = m_gaps && length > 2 * kEdge + 1;
        for (std::int64_t i = 0; i < length; ++i) {
            if (!cut || i < kEdge || i >= length - kEdge)
                result.push_back(i);
            else if (i == kEdge)
                result.push_back(-1);
        }
        return result;
    }
    std::string rows() const
    {
        const auto across = places(m_shape[1]);
        std::vector<std::vector<std::string>> cells;
        std::vector<std::size_t> widths(across.size(), 0);
        for (const std::int64_t row : places(m_shape[0])) {
            auto& line = cells.emplace_back();
            for (std::size_t i = 0; i < across.size(); ++i) {
                const bool gap = row < 0 || across[i] < 0;
                line.push_back(
                    gap ? std::string(kGap)
                        : m_words[static_cast<std::size_t>(row * m_shape[1] + across[i])]);
                widths[i] = std::max(widths[i], widthOf(line.back()));
            }
        }
        std::string result;
        for (const auto& line : cells) {
            result += result.empty() ? "" : "\n";
            for (std::size_t i = 0; i < line.size(); ++i)
                result += std::string(i ? 2 : 0, ' ')
                    + std::string(widths[i] - widthOf(line[i]), ' ') + line[i];
        }
        return result;
    }
    void nested(std::string& into, std::size_t axis, std::int64_t from) const
    {
        std::int64_t inner = 1;
        for (std::size_t i = axis + 1; i < m_shape.size(); ++i)
            inner *= m_shape[i];
        into += '[';
        bool first = true;
        for (const std::int64_t place : places(m_shape[axis])) {
            const bool last = axis + 1 == m_shape.size();
            if (!first)
                into += last ? std::string(" ") : "\n" + std::string(axis + 1, ' ');
            first = false;
            if (place < 0)
                into += kGap;
            else if (last)
                into += m_words[static_cast<std::size_t>(from + place)];
            else
                nested(into, axis + 1, from + place * inner);
        }
        into += ']';
    }

    Shape m_shape;
    std::vector<std::string> m_words;
    bool m_gaps;
};

} // namespace

std::string readableText(const Tensor& tensor)
{
    return Writer(tensor, true).text();
}

std::string typedText(const Tensor& tensor)
{
    return Writer(tensor, false).text();
}

} // namespace lb
