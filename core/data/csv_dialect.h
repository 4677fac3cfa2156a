#pragma once

#include "core/data/csv_record.h"

#include <optional>
#include <string>
#include <vector>

namespace lb {

/// What somebody said of a file; the rest is detected.
struct CsvWish {
    std::optional<char> separator, quote;
    std::optional<bool> header;
    std::vector<std::string> names = {}; ///< columns that are asked for: where they stand, it is a header
};

/// Finds out how a file is written, from its beginning (some 64 KiB, without a byte order mark):
/// the separator of , ; tab | that gives most records the same number of fields, the quote of " '
/// that stands around fields, and whether the first record names columns: it holds no number, no
/// empty and no equal names, and either a column below holds numbers or its words are short and
/// do not come again below.
/// `whole`: nothing follows the beginning.
CsvDialect detectedDialect(std::string_view beginning, bool whole, const CsvWish& wish = {});

/// Refuses what is no text in UTF-8, by its name: UTF-16 and UTF-32 with and without a mark,
/// binary files (NUL bytes, or the beginning of a known format), lines that end with CR alone.
/// Errors: BadFile, with `path` and a way out.
Result<> checkedEncoding(std::string_view beginning, const std::string& path);

/// Bytes of the UTF-8 mark that begins the file: 3 or 0.
std::size_t byteOrderMark(std::string_view beginning);

/// "comma", "tab", ..: for messages and manifests, which keep signs by name.
std::string separatorName(char separator);

/// What numbers and missing values look like in a table.
bool isMissing(std::string_view field); ///< "", NA, N/A, NaN, null, None, ?, -: as pandas reads
std::optional<std::int64_t> integerIn(std::string_view field); ///< spaces around it are allowed
std::optional<double> numberIn(std::string_view field); ///< 1e3, .5, inf; "." as decimal sign

} // namespace lb
