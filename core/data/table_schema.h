#pragma once

#include "core/data/csv_file.h"
#include "core/data/source.h"
#include "core/support/config.h"

namespace lb {

/// A column of a table as a model takes it.
struct TableColumn {
    std::string name;
    CellType type = CellType::Text;
    /// What stands for a value that is missing: a text "", an integer -1, a number NaN unless said.
    Config missing;
    /// The file's columns that make it: texts are joined by a space, those without value left out.
    /// Empty: the one with its name.
    std::vector<std::string> from;
    bool operator==(const TableColumn&) const = default;
};
using TableSchema = std::vector<TableColumn>;
using TablePlaces = std::vector<std::vector<std::size_t>>; ///< in a file, for each column

Spec specOf(const TableColumn& column); ///< of one row: [1] of the type
DType dtypeOf(CellType type);

/// [{"name": "age", "dtype": "float32", "missing": 28.0, "from": [..]}, ..], and back; a bare
/// string is a column whose type the data tell (nothing in `types` then).
/// Errors: BadParameter naming the entry.
struct WishedColumn {
    TableColumn column;
    bool typed = false; ///< the dtype was said
};
Result<std::vector<WishedColumn>> wishedColumns(const Config& list);
Config schemaConfig(const TableSchema& schema);
/// The same where every dtype is said: of an export. Errors: BadParameter.
Result<TableSchema> schemaOf(const Config& list);

/// What a table holds and how it was read, for those who look at it.
struct TableFacts {
    std::string path; ///< of the file; "": made by the program
    CsvDialect dialect; ///< as it was read
    std::vector<CsvColumn> columns; ///< of the file, the label too
    std::string label; ///< name of the column that holds the class; "": none
};

/// What sources of tables are besides: exports read rows of files by their schema.
class HasSchema {
public:
    virtual ~HasSchema() = default;
    virtual const TableSchema& schema() const = 0;
    virtual std::string lineOf(std::int64_t) const { return {}; } ///< "file.csv:37"; "": no file
    virtual TableFacts tableFacts() const = 0;
};
/// Where a person finds a row: its line in a file, else what the source calls it. Reads the file
/// up to there, so it is meant for messages.
std::string placeOf(const Source& source, std::int64_t row);
const TableSchema* schemaOf(const Source& source); ///< null: it has none
std::optional<TableFacts> tableFactsOf(const Source& source); ///< nothing: it is no table

/// Reads cells of a file as a schema wants them.
class TableReader {
public:
    /// Errors: NotFound naming a column that the file lacks, with those it has.
    static Result<TableReader> make(std::shared_ptr<const CsvFile> file, TableSchema schema);

    const TableSchema& schema() const { return m_schema; }
    const CsvFile& file() const { return *m_file; }
    /// Some columns of some records: [records, 1] each. Errors: those of the file; BadFile for a
    /// cell that is not of its column's type.
    Result<std::vector<Tensor>> read(std::span<const std::size_t> columns,
                                     std::span<const std::int64_t> records) const;
    std::int64_t missing(std::size_t column) const; ///< cells without a value

private:
    std::shared_ptr<const CsvFile> m_file;
    TableSchema m_schema;
    TablePlaces m_places;
};

/// The same from records in memory (comma, quote "), whose fields are called `names`.
/// Errors: NotFound, BadFile.
Result<std::vector<Tensor>> tableOf(const TableSchema& schema,
                                    const std::vector<std::string>& names,
                                    std::span<const std::string> records);

/// All columns of all rows of a .csv file, for prediction: columns by the header's names, in any
/// order; others are left alone and named in `unread`. Errors: those of CsvFile and TableReader.
Result<std::vector<Tensor>> tableRows(const std::filesystem::path& path, const TableSchema& schema,
                                      const Limits& limits = {},
                                      std::vector<std::string>* unread = nullptr);

} // namespace lb
