#pragma once

#include "core/data/csv_dialect.h"
#include "core/data/text_file.h"
#include "core/tensor/tensor.h"

#include <map>

namespace lb {

/// What the values of a column are. A column is the first of Integer, Number, Text that takes all
/// of its values; missing ones count as neither. As Text only an empty field is missing.
enum class CellType : std::uint8_t { Integer, Number, Text };
std::string_view nameOf(CellType type); ///< the dtype's name: int64, float32, string
std::optional<CellType> cellTypeNamed(std::string_view dtype);

/// What a pass over the whole file found out of one column.
struct CsvColumn {
    std::string name; ///< from the header, else "column1"
    CellType type = CellType::Integer;
    std::int64_t missing = 0; ///< records without a value
    /// Where a column that began with numbers holds the first text, and which; 0: nowhere. This is
    /// what to mend where one wrong cell makes a column of numbers text.
    std::int64_t firstTextLine = 0;
    std::string firstText;
    std::int64_t numbersBefore = 0; ///< values before it that are numbers
};

struct CsvOptions {
    CsvWish dialect;
    bool lines = false; ///< plain text: every line is one field, nothing is quoted
    /// Types that somebody declared, by column: another value is an error with its line.
    std::map<std::string, CellType, std::less<>> types = {};
    /// Called once, when the columns' names are known, before the first record.
    std::function<Result<>(const std::vector<CsvColumn>&)> begin = {};
    /// Called for every record with its line. false leaves the record out. Errors end the pass;
    /// an empty `where` becomes the line.
    std::function<Result<bool>(std::int64_t, const CsvFields&)> record = {};
};

/// A CSV file, looked through once and then read by record. Immutable; any thread.
///
/// The pass checks encoding, quotes and the number of fields, finds types and missing values, and
/// keeps where records begin (4.5 bytes each): memory does not hold the values. Blank lines are
/// skipped, unless there is one column with a header or quotes.
class CsvFile {
public:
    /// Errors, each with `file:line` and a way out: NotFound, Io; BadFile (UTF-16, binary, NUL
    /// bytes, no UTF-8, ragged records, an open quote, equal or no columns, no record, a value that
    /// is not of its column's declared type); TooLarge (Limits: record, columns, records) before
    /// memory is taken; Cancelled.
    static Result<std::shared_ptr<const CsvFile>> open(const std::filesystem::path& path,
                                                       const CsvOptions& options = {},
                                                       const JobContext& job = {},
                                                       const Limits& limits = {});

    const std::string& path() const { return m_file->path(); }
    const CsvDialect& dialect() const { return m_dialect; }
    bool hasMark() const { return m_mark > 0; } ///< UTF-8's byte order mark stands in front
    const std::vector<CsvColumn>& columns() const { return m_columns; }
    std::optional<std::size_t> columnNamed(std::string_view name) const;
    std::int64_t size() const { return m_index.size(); } ///< records
    /// Where a record begins, from 1; 0 if the file cannot be read again. Reads all before it.
    std::int64_t lineOf(std::int64_t record) const;
    const std::string& hash() const { return m_hash; } ///< of the file's bytes

    /// Gives `take` the fields of some records, with the position in `records`, in the file's
    /// order. Errors: Io (also if the file was changed since), those of `take`.
    Result<> read(std::span<const std::int64_t> records,
                  const std::function<Result<>(std::size_t, const CsvFields&)>& take) const;

private:
    friend class CsvPass;
    CsvFile() = default;

    std::shared_ptr<const PlacedFile> m_file;
    CsvDialect m_dialect;
    std::size_t m_mark = 0;
    std::vector<CsvColumn> m_columns;
    RecordIndex m_index;
    std::string m_hash;
    Limits m_limits;
};

} // namespace lb
