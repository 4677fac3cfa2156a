#include "core/tensor/typed_numbers.h"

#include "core/support/text.h"
#include "core/tensor/number_words.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace lb {
namespace {

constexpr std::size_t kMostAxes = 8;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';';
}

std::string lowered(std::string_view word)
{
    std::string result(word);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return result;
}

struct Number {
    double value = 0;
    std::int64_t integer = 0;
    enum class Kind : std::uint8_t { Bool, Integer, Real } kind = Kind::Real;
};

std::optional<Number> numberOf(std::string_view word)
{
    const std::string low = lowered(word);
    if (low == "true" || low == "false")
        return Number{low == "true" ? 1.0 : 0.0, low == "true" ? 1 : 0, Number::Kind::Bool};
    const bool minus = low.starts_with('-');
    const std::string_view bare = std::string_view(low).substr(minus || low.starts_with('+') ? 1 : 0);
    if (bare == "nan" || bare == "na" || bare == "np.nan")
        return Number{std::numeric_limits<double>::quiet_NaN()};
    if (bare == "inf" || bare == "infinity" || bare == "np.inf")
        return Number{(minus ? -1 : 1) * std::numeric_limits<double>::infinity()};
    std::string_view digits = low.starts_with('+') ? bare : std::string_view(low);
    if (digits.ends_with('l')) // R writes 3L
        digits.remove_suffix(1);
    Number number;
    if (const auto integer = integerOf(digits)) {
        number.integer = *integer;
        number.value = static_cast<double>(*integer);
        number.kind = Number::Kind::Integer;
        return number;
    }
    if (const auto real = realOf(digits)) {
        number.value = *real;
        return number;
    }
    return std::nullopt;
}

Error problem(std::size_t line, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadParameter, "line " + std::to_string(line), {reason, std::move(args)}};
}

/// Reads text from front to back.
class Typed {
public:
    Typed(std::string_view text, std::size_t most)
        : m_text(text)
        , m_most(most)
    {
    }

    Result<std::vector<Tensor>> tensors()
    {
        std::vector<Tensor> result;
        while (skipEmptyLines()) {
            m_numbers.clear();
            Shape shape;
            if (Result<> read = nestedBegins() ? nested(shape, 0) : rows(shape); !read.ok())
                return std::move(read.error());
            result.push_back(made(std::move(shape)));
        }
        if (result.empty())
            return problem(1, LB_TR("Error", "type some numbers: 1 2 3, a row a line"));
        return result;
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char here() const { return m_text[m_at]; }
    void step()
    {
        m_line += here() == '\n' ? 1 : 0;
        ++m_at;
    }
    bool skipEmptyLines()
    {
        while (!atEnd() && (isSpace(here()) || here() == '\n'))
            step();
        return !atEnd();
    }
    /// A bracket, perhaps behind a name: "[", "c(", "np.array([".
    bool nestedBegins() const
    {
        std::size_t at = m_at;
        const auto isName = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_';
        };
        while (at < m_text.size() && isName(m_text[at]))
            ++at;
        return at < m_text.size() && (m_text[at] == '[' || m_text[at] == '(');
    }
    std::string_view word()
    {
        const std::size_t from = m_at;
        while (!atEnd() && !isSpace(here()) && here() != '\n' && here() != '[' && here() != ']'
               && here() != '(' && here() != ')')
            ++m_at;
        return m_text.substr(from, m_at - from);
    }
    Result<> takeNumber()
    {
        const std::string_view text = word();
        const auto number = numberOf(text);
        if (!number)
            return problem(m_line, LB_TR("Error", "\"%1\" is not a number"),
                           {std::string(text.empty() ? m_text.substr(m_at, 1) : text.substr(0, 40))});
        if (m_numbers.size() == m_most)
            return problem(m_line, LB_TR("Error", "takes %1 numbers at most; call larger ones from "
                                                  "the command line"),
                           {static_cast<std::int64_t>(m_most)});
        m_numbers.push_back(*number);
        return std::monostate{};
    }

    Result<> rows(Shape& shape)
    {
        shape = {0, 0};
        while (!atEnd() && here() != '\n') { // an empty line ends it
            const std::size_t before = m_numbers.size();
            const std::size_t line = m_line;
            while (!atEnd() && here() != '\n') {
                if (isSpace(here())) {
                    step();
                    continue;
                }
                if (Result<> taken = takeNumber(); !taken.ok())
                    return taken;
            }
            const auto width = static_cast<std::int64_t>(m_numbers.size() - before);
            if (!atEnd())
                step();
            if (width == 0)
                break;
            if (shape[0] > 0 && width != shape[1])
                return problem(line, LB_TR("Error", "has %1 numbers, the rows before it have %2"),
                               {width, shape[1]});
            shape = {shape[0] + 1, width};
        }
        return std::monostate{};
    }

    /// One list; `shape` gets its lengths from the first one of each depth on.
    Result<> nested(Shape& shape, std::size_t depth)
    {
        while (!atEnd() && here() != '[' && here() != '(') // a name in front
            step();
        if (depth == kMostAxes)
            return problem(m_line, LB_TR("Error", "has too many brackets within each other"));
        const bool named = here() == '(' && m_at + 1 < m_text.size() && wrapsList();
        step();
        std::int64_t count = 0;
        bool lists = false;
        while (true) {
            while (!atEnd() && (isSpace(here()) || here() == '\n'))
                step();
            if (atEnd())
                return problem(m_line, LB_TR("Error", "a bracket is not closed"));
            if (here() == ']' || here() == ')')
                break;
            if (nestedBegins()) {
                if (named) { // np.array([...], dtype=...): only the list counts
                    if (Result<> inner = nested(shape, depth); !inner.ok())
                        return inner;
                    return skipToClose();
                }
                if (count > 0 && !lists)
                    return mixed();
                lists = true;
                if (Result<> inner = nested(shape, depth + 1); !inner.ok())
                    return inner;
            } else if (Result<> taken = lists ? mixed() : takeNumber(); !taken.ok()) {
                return taken;
            }
            ++count;
        }
        step();
        if (shape.size() <= depth)
            shape.resize(depth + 1, kUnknown);
        if ((shape[depth] != kUnknown && shape[depth] != count)
            || (!lists && depth + 1 < shape.size()))
            return problem(m_line, LB_TR("Error", "lists beside each other have other lengths"));
        shape[depth] = count;
        return std::monostate{};
    }
    Result<> mixed() const
    {
        return problem(m_line, LB_TR("Error", "has numbers beside lists"));
    }
    /// Whether this "(" only holds a list: "np.array([1, 2])", not "c(1, 2)".
    bool wrapsList() const
    {
        std::size_t at = m_at + 1;
        while (at < m_text.size() && (isSpace(m_text[at]) || m_text[at] == '\n'))
            ++at;
        return at < m_text.size() && m_text[at] == '[';
    }
    Result<> skipToClose()
    {
        while (!atEnd() && here() != ')')
            step();
        if (atEnd())
            return problem(m_line, LB_TR("Error", "a bracket is not closed"));
        step();
        return std::monostate{};
    }

    Tensor made(Shape shape) const
    {
        const auto all = [&](Number::Kind kind) {
            return !m_numbers.empty() && std::ranges::all_of(m_numbers, [kind](const Number& n) {
                return n.kind == kind;
            });
        };
        const auto filled = [&]<typename T>(T, auto Number::*member) {
            return Tensor::make<T>(shape, [&](std::span<T> out) {
                std::ranges::transform(m_numbers, out.begin(), [&](const Number& n) {
                    return static_cast<T>(n.*member);
                });
            });
        };
        if (all(Number::Kind::Bool))
            return filled(bool{}, &Number::integer);
        if (all(Number::Kind::Integer))
            return filled(std::int64_t{}, &Number::integer);
        return filled(float{}, &Number::value);
    }

    std::string_view m_text;
    std::size_t m_most;
    std::size_t m_at = 0, m_line = 1;
    std::vector<Number> m_numbers;
};

} // namespace

Result<std::vector<Tensor>> typedTensors(std::string_view text, std::size_t mostNumbers)
{
    return Typed(text, mostNumbers).tensors();
}

} // namespace lb
