#pragma once

#include "core/data/table_schema.h"

namespace lb {

/// What somebody said of a table; what is left open is found out.
struct TableOptions {
    CsvWish dialect = {};
    std::string label = {}; ///< the column that holds the class; "": as guessedLabel() says
    bool numberLabel = false; ///< it holds a number to estimate, and no class: see HasNumberLabels
    Config columns = {}; ///< see wishedColumns(); null or empty: all but the label
    bool text = false; ///< one column `text`, of all columns of text
};

/// A folder stands for the one .csv file in it. Errors: NotFound where there is another number.
Result<std::filesystem::path> tableFile(const std::filesystem::path& path);

/// A CSV file as a source: typed columns and a label of classes. Classes are the label column's
/// values in numeric or else bytewise order; where they count from 0 or 1 and a file
/// `<name>_classes.txt` beside it has a line for each, they have the names in it. Rows without a
/// label are left out and listed by unreadable(). Rows are read when they are asked for.
/// Errors: those of CsvFile; NotFound (a column); BadFile (a label of numbers with fractions);
/// TooLarge (more classes than Limits says); BadParameter (`columns`).
Result<std::shared_ptr<const Source>> tableSource(const std::filesystem::path& path,
                                                  const TableOptions& options,
                                                  const JobContext& job = {},
                                                  const Limits& limits = {});

/// Sentences of files, as a source with one column `text`. `path` is
/// a .csv file (tableSource with `text`; the label is as guessedLabel() says of a text),
/// a text file (a sentence a line, no labels), or a folder: of text files, a class each, called as
/// the file is; or with one .csv file.
/// Errors: those of CsvFile and tableSource(); NotFound.
Result<std::shared_ptr<const Source>> textSource(const std::filesystem::path& path,
                                                 const TableOptions& options,
                                                 const JobContext& job = {},
                                                 const Limits& limits = {});

} // namespace lb
