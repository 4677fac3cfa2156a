#include "core/support/json.h"

#include "core/support/utf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace lb {
namespace {

class Parser {
public:
    Parser(std::string_view text, const Limits& limits)
        : m_text(text)
        , m_limits(limits)
    {
    }

    Result<Config> document()
    {
        if (m_text.size() > m_limits.jsonBytes)
            return error(LB_TR("Error", "the file is larger than is read"));
        if (m_text.starts_with("\xEF\xBB\xBF"))
            m_at = 3;
        LB_TRY(result, value(0));
        skipSpace();
        if (m_at != m_text.size())
            return error(LB_TR("Error", "text follows the end of the value"));
        return std::move(result);
    }

private:
    Error error(Text reason) const
    {
        std::int64_t line = 1, column = 1;
        for (const char c : m_text.substr(0, m_at)) {
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n';
        }
        return {ErrorCode::BadFile,
                "line " + std::to_string(line) + ", column " + std::to_string(column), reason};
    }
    void skipSpace()
    {
        while (m_at < m_text.size()
               && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r'
                   || m_text[m_at] == '\t'))
            ++m_at;
    }
    bool take(std::string_view word)
    {
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        m_at += word.size();
        return true;
    }

    Result<Config> value(int depth)
    {
        skipSpace();
        if (depth > m_limits.jsonDepth)
            return error(LB_TR("Error", "is nested too deeply"));
        if (m_at >= m_text.size())
            return error(LB_TR("Error", "the text ends in the middle"));
        switch (m_text[m_at]) {
        case '{':
            return object(depth);
        case '[':
            return list(depth);
        case '"': {
            LB_TRY(text, string());
            return Config(std::move(text));
        }
        default:
            break;
        }
        if (take("null"))
            return Config();
        if (take("true"))
            return Config(true);
        if (take("false"))
            return Config(false);
        if (take("NaN"))
            return Config(std::numeric_limits<double>::quiet_NaN());
        if (take("Infinity"))
            return Config(std::numeric_limits<double>::infinity());
        if (take("-Infinity"))
            return Config(-std::numeric_limits<double>::infinity());
        return number();
    }

    Result<Config> object(int depth)
    {
        ++m_at;
        ConfigObject result;
        skipSpace();
        if (take("}"))
            return Config(std::move(result));
        for (;;) {
            skipSpace();
            if (m_at >= m_text.size() || m_text[m_at] != '"')
                return error(LB_TR("Error", "a key in quotes is expected"));
            const std::size_t begin = m_at;
            LB_TRY(key, string());
            skipSpace();
            if (!take(":"))
                return error(LB_TR("Error", "a colon is expected"));
            LB_TRY(item, value(depth + 1));
            if (!result.emplace(key, std::move(item)).second) {
                m_at = begin;
                Error twice = error(LB_TR("Error", "the key %1 stands twice"));
                twice.message.args = {key};
                return twice;
            }
            skipSpace();
            if (take("}"))
                return Config(std::move(result));
            if (!take(","))
                return error(LB_TR("Error", "a comma or a closing brace is expected"));
        }
    }

    Result<Config> list(int depth)
    {
        ++m_at;
        ConfigList result;
        skipSpace();
        if (take("]"))
            return Config(std::move(result));
        for (;;) {
            LB_TRY(item, value(depth + 1));
            result.push_back(std::move(item));
            skipSpace();
            if (take("]"))
                return Config(std::move(result));
            if (!take(","))
                return error(LB_TR("Error", "a comma or a closing bracket is expected"));
        }
    }

    Result<Config> number()
    {
        const std::size_t begin = m_at;
        const auto digits = [&] {
            const std::size_t first = m_at;
            while (m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9')
                ++m_at;
            return m_at - first;
        };
        take("-");
        const std::size_t whole = m_at;
        bool good = digits() > 0 && (m_text[whole] != '0' || m_at == whole + 1);
        bool real = false;
        if (take(".")) {
            real = true;
            good = digits() > 0 && good;
        }
        if (m_at < m_text.size() && (m_text[m_at] == 'e' || m_text[m_at] == 'E')) {
            real = true;
            ++m_at;
            if (!take("+"))
                take("-");
            good = digits() > 0 && good;
        }
        if (!good) {
            m_at = begin;
            return error(LB_TR("Error", "a value is expected"));
        }
        const char* const first = m_text.data() + begin;
        const char* const last = m_text.data() + m_at;
        std::int64_t integer = 0;
        if (!real && std::from_chars(first, last, integer).ec == std::errc())
            return Config(integer);
        double result = 0;
        if (std::from_chars(first, last, result).ec == std::errc::result_out_of_range)
            return error(LB_TR("Error", "the number is too large or too small"));
        return Config(result);
    }

    Result<std::string> string()
    {
        ++m_at;
        std::string result;
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (result.size() > m_limits.jsonStringBytes)
                return error(LB_TR("Error", "the text is longer than is read"));
            const auto c = static_cast<unsigned char>(m_text[m_at]);
            if (c < 0x20)
                return error(LB_TR("Error", "a control character stands in a text"));
            if (c == '\\') {
                if (!escape(result))
                    return error(LB_TR("Error", "an escape in a text is wrong"));
            } else if (!character(result)) {
                return error(LB_TR("Error", "a text is not UTF-8"));
            }
        }
        if (m_at >= m_text.size())
            return error(LB_TR("Error", "the text ends in the middle"));
        ++m_at;
        return result;
    }

    /// One UTF-8 sequence, checked.
    bool character(std::string& into)
    {
        const std::size_t length = utf8Length(m_text, m_at);
        if (length == 0)
            return false;
        into += m_text.substr(m_at, length);
        m_at += length;
        return true;
    }

    bool escape(std::string& into)
    {
        static constexpr std::string_view kLetters = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (m_at + 1 >= m_text.size())
            return false;
        const char letter = m_text[m_at + 1];
        if (const auto found = kLetters.find(letter); found != std::string_view::npos) {
            into += kMeanings[found];
            m_at += 2;
            return true;
        }
        std::uint32_t code = 0;
        if (letter != 'u' || !hex(m_at + 2, code))
            return false;
        m_at += 6;
        if (code >= 0xD800 && code < 0xDC00) { // the first half of a pair
            std::uint32_t low = 0;
            if (!m_text.substr(m_at).starts_with("\\u") || !hex(m_at + 2, low) || low < 0xDC00
                || low > 0xDFFF)
                return false;
            m_at += 6;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code < 0xE000) {
            return false;
        }
        append(code, into);
        return true;
    }
    bool hex(std::size_t at, std::uint32_t& code) const
    {
        if (at + 4 > m_text.size())
            return false;
        const char* const first = m_text.data() + at;
        return std::from_chars(first, first + 4, code, 16).ptr == first + 4;
    }
    static void append(std::uint32_t code, std::string& into)
    {
        const auto tail
            = [&](int shift) { into += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
        if (code < 0x80) {
            into += static_cast<char>(code);
        } else if (code < 0x800) {
            into += static_cast<char>(0xC0 | code >> 6);
            tail(0);
        } else if (code < 0x10000) {
            into += static_cast<char>(0xE0 | code >> 12);
            tail(6);
            tail(0);
        } else {
            into += static_cast<char>(0xF0 | code >> 18);
            tail(12);
            tail(6);
            tail(0);
        }
    }

    std::string_view m_text;
    const Limits& m_limits;
    std::size_t m_at = 0;
};

class Writer {
public:
    explicit Writer(JsonStyle style)
        : m_canonical(style == JsonStyle::Canonical)
    {
    }

    void value(const Config& config, int depth)
    {
        if (config.isNull())
            text += "null";
        else if (const auto* flag = config.as<bool>())
            text += *flag ? "true" : "false";
        else if (const auto* integer = config.as<std::int64_t>())
            text += std::to_string(*integer);
        else if (const auto* real = config.as<double>())
            number(*real);
        else if (const auto* words = config.as<std::string>())
            string(*words);
        else if (const auto* list = config.as<ConfigList>())
            items(*list, depth);
        else
            members(*config.as<ConfigObject>(), depth);
    }

    std::string text;

private:
    void line(int depth)
    {
        if (m_canonical)
            text.append("\n").append(static_cast<std::size_t>(2 * depth), ' ');
    }
    void comma() { text += m_canonical ? "," : ", "; }
    void items(const ConfigList& list, int depth)
    {
        text += '[';
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i > 0)
                comma();
            line(depth + 1);
            value(list[i], depth + 1);
        }
        if (!list.empty())
            line(depth);
        text += ']';
    }
    void members(const ConfigObject& object, int depth)
    {
        text += '{';
        bool first = true;
        for (const auto& [key, item] : object) {
            if (!std::exchange(first, false))
                comma();
            line(depth + 1);
            string(key);
            text += ": ";
            value(item, depth + 1);
        }
        if (!object.empty())
            line(depth);
        text += '}';
    }
    void number(double value)
    {
        if (std::isnan(value)) {
            text += "NaN";
            return;
        }
        if (std::isinf(value)) {
            text += value > 0 ? "Infinity" : "-Infinity";
            return;
        }
        std::array<char, 32> buffer; // the shortest form of a double takes 24
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
        const std::string_view digits(buffer.data(), end.ptr);
        text += digits;
        if (digits.find_first_of(".e") == std::string_view::npos)
            text += ".0"; // else it would be read as an integer
    }
    void string(const std::string& words)
    {
        static constexpr std::string_view kHex = "0123456789abcdef";
        text += '"';
        for (const char c : words) {
            const auto code = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\')
                text.append("\\").append(1, c);
            else if (c == '\n')
                text += "\\n";
            else if (c == '\t')
                text += "\\t";
            else if (code < 0x20)
                text.append("\\u00").append(1, kHex[code >> 4]).append(1, kHex[code & 15]);
            else
                text += c;
        }
        text += '"';
    }

    bool m_canonical;
};

} // namespace

Result<Config> parseJson(std::string_view text, const Limits& limits)
{
    return Parser(text, limits).document();
}

std::string writeJson(const Config& config, JsonStyle style)
{
    Writer writer(style);
    writer.value(config, 0);
    if (style == JsonStyle::Canonical)
        writer.text += '\n';
    return std::move(writer.text);
}

} // namespace lb
