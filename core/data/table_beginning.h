#pragma once

#include "core/data/csv_dialect.h"
#include "core/support/result.h"

#include <filesystem>

namespace lb {

/// The first rows of a table as they stand in the file: what guesses are made from.
struct TableBeginning {
    std::vector<std::string> names; ///< of the columns, as CsvFile calls them
    std::vector<std::vector<std::string>> rows; ///< ragged where the file is
};

/// Some bytes of a file that holds a table.
struct TableText {
    std::string bytes; ///< without a byte order mark
    bool whole = false; ///< nothing follows them
};

/// The first MiB of a file, or of the one .csv file of a folder. Errors: NotFound, Io; BadFile where
/// it is no text in UTF-8.
Result<TableText> tableText(const std::filesystem::path& path);

/// The dialect is found as CsvFile finds it. Ends before a record that cannot be read; without
/// columns where not even the first one can.
TableBeginning tableBeginning(const TableText& text, const CsvWish& wish);

} // namespace lb
