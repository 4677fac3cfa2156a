#pragma once

#include "core/data/table_schema.h"

namespace lb {

/// Whether JSON holds rows as people write them: an object of values, a list of such, or a list of
/// values where there is one column only. Lists within are columns or tensors, which are not read
/// here.
bool holdsRows(const Config& json, std::size_t columns);

/// The columns of such rows, [rows, 1] each. null and "" are the missing value, as in a file; a
/// number may stand as a string. `hints` gets what is written in the rows and not read.
/// Errors: NotFound for a column that a row lacks, with the nearest that it has; BadFile for a
/// value that is not of its column's type; `where` is "row 2: age".
Result<std::vector<Tensor>> jsonRows(const Config& json, const TableSchema& schema,
                                     std::vector<Message>& hints);

/// The record of one row whose fields are texts, as tableOf() reads it.
std::string csvRecordOf(std::span<const std::string> fields);

/// That nobody reads these columns; a few of many.
std::vector<Message> unreadNames(std::span<const std::string> names);

} // namespace lb
