#pragma once

#include "core/data/csv_dialect.h"
#include "core/support/result.h"

#include <filesystem>

namespace lb {

/// The first rows of a table as they stand in the file, and some of all that follow, because many
/// files are sorted by class: what guesses are made from.
struct TableBeginning {
    std::vector<std::string> names; ///< of the columns, as CsvFile calls them
    std::vector<std::vector<std::string>> rows; ///< ragged where the file's beginning is
    bool whole = false; ///< the file has no other rows
};

/// Some bytes of a file that holds a table.
struct TableText {
    std::string bytes; ///< the first ones, without a byte order mark
    bool whole = false; ///< nothing follows them
    std::vector<std::string> later; ///< pieces of what follows, evenly spread; the last one ends the file
};

/// The first MiB of a file, or of the one .csv file of a folder, and up to one more of what follows.
/// Errors: NotFound, Io; BadFile where it is no text in UTF-8.
Result<TableText> tableText(const std::filesystem::path& path);

/// The dialect is found as CsvFile finds it. The beginning ends before a record that cannot be read;
/// without columns where not even the first one can. A later piece counts where all of its records
/// have as many fields as there are columns, from one of its first lines on.
TableBeginning tableBeginning(const TableText& text, const CsvWish& wish);

} // namespace lb
