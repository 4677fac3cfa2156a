#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace lb {

/// How a CSV file is written.
struct CsvDialect {
    char separator = ',';
    char quote = '"'; ///< 0: nothing is quoted
    bool header = true; ///< the first record names the columns
    bool operator==(const CsvDialect&) const = default;
};

/// Where a record ends, looked for in a buffer that grows. A quote opens at the begin of a field
/// only: 5" in the midst of one is text. Source: RFC 4180, and what spreadsheets write.
struct CsvEnd {
    bool complete = false; ///< false: the buffer ends before the record does
    std::size_t length = 0; ///< with the end of the line
    std::size_t lines = 0; ///< that it spans
    std::size_t openQuote = 0; ///< line of the record (from 0) where a quote is still open
    bool quoteIsOpen = false;
};
/// `atEnd`: nothing follows the buffer, so that a last line needs no end.
CsvEnd csvRecordEnd(std::string_view buffer, const CsvDialect& dialect, bool atEnd);

/// The fields of one record, without its end of line.
class CsvFields {
public:
    /// Splits; the views of the fields are valid while `record` and this live and until the next
    /// split. Errors: BadFile (text behind a closing quote), TooLarge (columns); `where` is empty.
    Result<> split(std::string_view record, const CsvDialect& dialect, const Limits& limits = {});

    std::size_t size() const { return m_fields.size(); }
    std::string_view operator[](std::size_t column) const { return m_fields[column]; }
    bool isBlank() const { return m_fields.size() == 1 && m_fields.front().empty() && !m_quoted; }

private:
    std::vector<std::string_view> m_fields;
    std::vector<std::pair<std::size_t, std::size_t>> m_unescaped; ///< field, place in m_text
    std::string m_text; ///< fields that held doubled quotes
    bool m_quoted = false;
};

/// Without the end of line: "\n", "\r\n".
std::string_view withoutLineEnd(std::string_view record);

/// The place of the first byte that is not UTF-8, or npos.
/// Source: RFC 3629; overlong forms and surrogates are refused.
std::size_t firstNotUtf8(std::string_view bytes);

} // namespace lb
