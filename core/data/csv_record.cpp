#include "core/data/csv_record.h"

#include <algorithm>
#include <cstring>

namespace lb {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

std::size_t findByte(std::string_view text, char byte, std::size_t from)
{
    if (from >= text.size())
        return kNone;
    const void* found = std::memchr(text.data() + from, byte, text.size() - from);
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : kNone;
}

std::size_t linesOf(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// The place behind the quote that closes the one before `at`, or kNone.
std::size_t behindQuoted(std::string_view text, char quote, std::size_t at)
{
    while (true) {
        const std::size_t found = findByte(text, quote, at);
        if (found == kNone)
            return kNone;
        if (found + 1 >= text.size() || text[found + 1] != quote)
            return found + 1;
        at = found + 2;
    }
}

} // namespace

std::string_view withoutLineEnd(std::string_view record)
{
    if (record.ends_with('\n'))
        record.remove_suffix(1);
    if (record.ends_with('\r'))
        record.remove_suffix(1);
    return record;
}

CsvEnd csvRecordEnd(std::string_view buffer, const CsvDialect& dialect, bool atEnd)
{
    CsvEnd end;
    const auto finished = [&](std::size_t length) {
        end.complete = true;
        end.length = length;
        end.lines = std::max<std::size_t>(linesOf(buffer.substr(0, length)), 1);
        return end;
    };
    std::size_t at = 0;
    while (true) {
        const std::size_t line = findByte(buffer, '\n', at);
        const std::size_t until = std::min(line, buffer.size());
        // fields of this line, until one is quoted
        std::size_t quoted = kNone;
        for (std::size_t from = at; dialect.quote != 0; ++from) {
            const std::size_t quote = findByte(buffer.substr(0, until), dialect.quote, from);
            if (quote == kNone)
                break;
            if (quote == 0 || buffer[quote - 1] == dialect.separator) {
                quoted = quote;
                break;
            }
            from = quote;
        }
        if (quoted == kNone) {
            if (line != kNone)
                return finished(line + 1);
            if (atEnd)
                return finished(buffer.size());
            return end;
        }
        const std::size_t behind = behindQuoted(buffer, dialect.quote, quoted + 1);
        // a quote at the very end of the buffer may be the first of two
        if (behind == kNone || (behind == buffer.size() && !atEnd)) {
            end.quoteIsOpen = behind == kNone;
            end.openQuote = linesOf(buffer.substr(0, quoted));
            return end;
        }
        at = behind;
    }
}

Result<> CsvFields::split(std::string_view record, const CsvDialect& dialect, const Limits& limits)
{
    m_fields.clear();
    m_unescaped.clear();
    m_text.clear();
    m_quoted = false;
    record = withoutLineEnd(record);
    for (std::size_t at = 0;; ++at) {
        if (m_fields.size() >= limits.tableColumns)
            return Error{ErrorCode::TooLarge,
                         "",
                         {LB_TR("Error", "has more than %1 columns; is the separator '%2' right?"),
                          {static_cast<std::int64_t>(limits.tableColumns),
                           std::string(1, dialect.separator)}}};
        if (at < record.size() && dialect.quote != 0 && record[at] == dialect.quote) {
            const std::size_t behind = behindQuoted(record, dialect.quote, at + 1);
            if (behind == kNone)
                return Error{ErrorCode::BadFile, "",
                             LB_TR("Error", "a quote is opened and never closed")};
            if (behind < record.size() && record[behind] != dialect.separator)
                return Error{ErrorCode::BadFile, "",
                             LB_TR("Error", "a closing quote is followed by text; a quote within a "
                                            "quoted field has to be doubled")};
            m_quoted = true;
            const std::string_view inner = record.substr(at + 1, behind - at - 2);
            if (findByte(inner, dialect.quote, 0) == kNone) {
                m_fields.push_back(inner);
            } else {
                m_unescaped.emplace_back(m_fields.size(), m_text.size());
                for (std::size_t i = 0; i < inner.size(); ++i) {
                    m_text += inner[i];
                    i += inner[i] == dialect.quote ? 1 : 0;
                }
                m_fields.emplace_back();
            }
            at = behind;
        } else {
            const std::size_t end = std::min(findByte(record, dialect.separator, at), record.size());
            m_fields.push_back(record.substr(at, end - at));
            at = end;
        }
        if (at >= record.size())
            break;
    }
    for (std::size_t i = 0; i < m_unescaped.size(); ++i) { // m_text does not move any more
        const std::size_t end
            = i + 1 < m_unescaped.size() ? m_unescaped[i + 1].second : m_text.size();
        m_fields[m_unescaped[i].first] = std::string_view(m_text).substr(
            m_unescaped[i].second, end - m_unescaped[i].second);
    }
    return std::monostate{};
}

std::size_t firstNotUtf8(std::string_view bytes)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t i = 0;
    while (i < bytes.size()) {
        std::uint64_t eight = 0;
        while (i + 8 <= bytes.size()) { // most text is ASCII
            std::memcpy(&eight, bytes.data() + i, 8);
            if (eight & 0x8080808080808080u)
                break;
            i += 8;
        }
        if (i >= bytes.size())
            break;
        const unsigned lead = at(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || i + length > bytes.size())
            return i;
        for (std::size_t k = 1; k < length; ++k)
            if ((at(i + k) & 0xC0u) != 0x80)
                return i;
        const unsigned second = at(i + 1);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)
            || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
            return i;
        i += length;
    }
    return kNone;
}

} // namespace lb
