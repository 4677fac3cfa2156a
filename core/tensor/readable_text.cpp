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

std::string wordAt(const Tensor& tensor, std::int64_t at, bool exact)
{
    return dispatchAny(tensor.dtype(), [&]<typename T>(const T&) -> std::string {
        const T& x = tensor.values<T>()[static_cast<std::size_t>(at)];
        if constexpr (std::same_as<T, std::string>)
            return writeJson(Config(x), JsonStyle::Compact);
        else if constexpr (std::same_as<T, bool>)
            return x ? "True" : "False";
        else if constexpr (std::integral<T>)
            return std::to_string(x);
        else
            return exact ? shortestText(x) : roundedText(static_cast<double>(x));
    });
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
        : m_tensor(tensor)
        , m_shape(tensor.shape())
        , m_exact(!gaps)
        , m_gaps(gaps && elementCount(tensor.shape()) > kWhole)
    {
    }

    std::string text()
    {
        if (m_shape.empty())
            return word(0);
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
                line.push_back(gap ? std::string(kGap) : word(row * m_shape[1] + across[i]));
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
                into += word(from + place);
            else
                nested(into, axis + 1, from + place * inner);
        }
        into += ']';
    }

    std::string word(std::int64_t at) const { return wordAt(m_tensor, at, m_exact); }

    const Tensor& m_tensor;
    Shape m_shape;
    bool m_exact, m_gaps;
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
