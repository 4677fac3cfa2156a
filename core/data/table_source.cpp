#include "core/data/table_source.h"

#include "core/data/csv_dialect.h"
#include "core/data/label_column.h"
#include "core/data/label_guess.h"
#include "core/data/number_labels.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/support/sha256.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kListed = 1'000; // rows without a label
constexpr std::size_t kNamesBytes = 1u << 20;
constexpr std::size_t kKnownBytes = 400; // of names that an error lists

/// What the pass over the file gathers besides the file's own facts.
struct Gathered {
    LabelColumn labels;
    bool numeric = false;
    std::vector<float> numbers; ///< in the place of labels
    std::optional<std::size_t> label; ///< place of the column
    std::string labelName;
    std::optional<Message> guessed; ///< why it is this column, where one may expect another
    std::vector<Error> withoutLabel;
    std::int64_t leftOut = 0;
};

class TableSource final : public Source, public HasSchema, public HasNumberLabels {
public:
    TableSource(TableReader reader, Gathered gathered)
        : m_reader(std::move(reader))
        , m_gathered(std::move(gathered))
    {
        for (const TableColumn& column : m_reader.schema())
            m_columns.push_back({column.name, specOf(column)});
        const auto bytes = m_gathered.numeric ? std::as_bytes(std::span(m_gathered.numbers))
                                              : std::as_bytes(std::span(m_gathered.labels.all()));
        m_hash = sha256Hex(m_reader.file().hash()
                           + writeJson(schemaConfig(m_reader.schema()), JsonStyle::Compact)
                           + m_gathered.labelName
                           + sha256Hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    }

    std::int64_t size() const override { return m_reader.file().size(); }
    std::vector<Column> columns() const override { return m_columns; }
    Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                      std::span<const std::int64_t> rows) const override
    {
        return m_reader.read(columns, rows);
    }
    const std::vector<std::string>& classNames() const override
    {
        return m_gathered.labels.classNames();
    }
    std::int64_t label(std::int64_t index) const override
    {
        return m_gathered.label && !m_gathered.numeric ? m_gathered.labels.at(index) : 0;
    }
    bool labelsAreNumbers() const override { return m_gathered.numeric; }
    float numberLabel(std::int64_t row) const override
    {
        return m_gathered.numbers.at(static_cast<std::size_t>(row));
    }
    std::string dataHash() const override { return m_hash; }
    /// The file, how this column is read, and which rows are there. A changed file is another one
    /// for every column.
    std::string columnHash(std::size_t column) const override
    {
        const bool allRows = m_gathered.leftOut == 0;
        return sha256Hex(m_reader.file().hash()
                         + writeJson(schemaConfig({m_reader.schema().at(column)}), JsonStyle::Compact)
                         + (allRows ? "" : "without rows that lack " + m_gathered.labelName));
    }
    std::vector<Error> unreadable() const override { return m_gathered.withoutLabel; }
    std::vector<Message> notes() const override;
    const TableSchema& schema() const override { return m_reader.schema(); }
    std::string lineOf(std::int64_t row) const override
    {
        return atLine(m_reader.file().path(), m_reader.file().lineOf(row));
    }
    TableFacts tableFacts() const override
    {
        const CsvFile& file = m_reader.file();
        return {file.path(), file.dialect(), file.columns(), m_gathered.labelName};
    }

private:
    TableReader m_reader;
    Gathered m_gathered;
    std::vector<Column> m_columns;
    std::string m_hash;
};

std::vector<Message> TableSource::notes() const
{
    std::vector<Message> notes;
    const CsvFile& file = m_reader.file();
    const CsvDialect& dialect = file.dialect();
    notes.push_back({LB_TR("Data", "read with separator %1, quote %2 and %3; the label is column %4"),
                     {separatorName(dialect.separator),
                      dialect.quote == 0 ? std::string("none") : std::string(1, dialect.quote),
                      std::string(dialect.header ? "names of columns" : "no names of columns"),
                      m_gathered.labelName}});
    if (m_gathered.guessed)
        notes.push_back(*m_gathered.guessed);
    for (const CsvColumn& column : file.columns())
        if (column.firstTextLine > 0 && column.numbersBefore > column.firstTextLine / 2
            && column.type == CellType::Text)
            notes.push_back({LB_TR("Data", "column %1 holds %2 numbers before line %3 holds '%4', "
                                           "so it is text; mend the cell or declare the column"),
                             {column.name, column.numbersBefore, column.firstTextLine,
                              column.firstText}});
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const std::int64_t missing = m_reader.missing(i);
        if (missing == 0)
            continue;
        const TableColumn& column = schema()[i];
        std::string taken = column.type == CellType::Text ? "\"\""
            : column.type == CellType::Integer            ? "-1"
                                                          : "NaN";
        if (!column.missing.isNull())
            taken = writeJson(column.missing, JsonStyle::Compact);
        notes.push_back({LB_TR("Data", "column %1 has no value in %2 of %3 rows; %4 stands for it"),
                         {column.name, missing, size(), taken}});
    }
    if (m_gathered.leftOut > 0)
        notes.push_back({LB_TR("Data", "%1 rows without a label are left out"),
                         {m_gathered.leftOut}});
    return notes;
}

/// `<name>_classes.txt` beside the file: a class a line.
std::vector<std::string> classesBeside(const fs::path& path)
{
    fs::path beside = path;
    beside.replace_filename(path.stem().string() + "_classes.txt");
    const auto text = readFile(beside, kNamesBytes);
    std::vector<std::string> names;
    std::string_view rest = text.ok() ? std::string_view(text.value()) : std::string_view();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        const std::string_view line = withoutLineEnd(rest.substr(0, end));
        if (!line.empty() && firstNotUtf8(line) == std::string_view::npos)
            names.emplace_back(line);
        rest.remove_prefix(end);
    }
    return names;
}

/// Which column the label is where nobody said it.
struct DetectedLabel {
    std::string name; ///< "": somebody said it, or the file's beginning cannot be read
    std::optional<Message> told; ///< of one that is not the last
};

DetectedLabel detectedLabel(const fs::path& path, const TableOptions& options)
{
    const auto text = options.label.empty() ? tableText(path) : Result<TableText>(TableText());
    const TableBeginning table = text.ok() ? tableBeginning(text.value(), options.dialect)
                                           : TableBeginning();
    if (table.names.empty())
        return {};
    const LabelGuess guess = guessedLabel(table, options.text, options.numberLabel);
    DetectedLabel label{table.names[guess.column], {}};
    if (guess.column + 1 != table.names.size())
        label.told = toldGuess(guess, label.name);
    return label;
}

Result<std::size_t> labelColumn(const std::vector<CsvColumn>& columns, const TableOptions& options,
                                const std::string& detected, const std::string& path)
{
    if (!options.label.empty()) {
        const auto found = std::ranges::find(columns, options.label, &CsvColumn::name);
        if (found != columns.end())
            return static_cast<std::size_t>(found - columns.begin());
        std::string known;
        for (const CsvColumn& column : columns)
            if (known.size() < kKnownBytes)
                known += (known.empty() ? "" : ", ") + column.name;
        return Error{ErrorCode::NotFound,
                     path,
                     {LB_TR("Error", "has no column %1 for the label; choose one of its columns (%2), "
                                     "or none, so that it is detected"),
                      {options.label, known}}};
    }
    if (columns.size() < 2)
        return Error{ErrorCode::BadFile, path,
                     LB_TR("Error", "has one column only; a label and something to learn from are "
                                    "needed: choose another separator, or another file")};
    const auto found = std::ranges::find(columns, detected, &CsvColumn::name);
    return static_cast<std::size_t>(
        (found == columns.end() ? columns.end() - 1 : found) - columns.begin());
}

/// All columns but the label, as they are; or one of all texts.
Result<TableSchema> foundSchema(const CsvFile& file, const Gathered& gathered,
                                const TableOptions& options)
{
    TableSchema schema;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < file.columns().size(); ++i) {
        const CsvColumn& column = file.columns()[i];
        if (i == gathered.label)
            continue;
        schema.push_back({column.name, column.type, {}, {}});
        if (column.type == CellType::Text)
            texts.push_back(column.name);
    }
    if (!options.text)
        return schema;
    if (texts.empty())
        return Error{ErrorCode::BadFile, file.path(), LB_TR("Error", "has no column of text")};
    return TableSchema{{"text", CellType::Text, {}, std::move(texts)}};
}

} // namespace

/// A folder stands for the one .csv file in it.
Result<fs::path> tableFile(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        return path;
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path, ignored))
        if (entry.path().extension() == ".csv")
            found.push_back(entry.path());
    if (found.size() == 1)
        return found.front();
    return Error{ErrorCode::NotFound,
                 path.string(),
                 {LB_TR("Error", "holds %1 .csv files; choose one"), {std::ssize(found)}}};
}

Result<std::shared_ptr<const Source>> tableSource(const fs::path& path, const TableOptions& options,
                                                  const JobContext& job, const Limits& limits)
{
    LB_TRY(wishes, wishedColumns(options.columns));
    Gathered gathered;
    gathered.numeric = options.numberLabel;
    CsvOptions pass;
    pass.dialect = options.dialect;
    if (!options.label.empty())
        pass.dialect.names = {options.label};
    for (const WishedColumn& wish : wishes)
        if (wish.typed && wish.column.from.empty())
            pass.types.emplace(wish.column.name, wish.column.type);
    const DetectedLabel detected = detectedLabel(path, options);
    gathered.guessed = detected.told;
    pass.begin = [&](const std::vector<CsvColumn>& columns) -> Result<> {
        LB_TRY(label, labelColumn(columns, options, detected.name, path.string()));
        gathered.label = label;
        gathered.labelName = columns[label].name;
        return std::monostate{};
    };
    pass.record = [&](std::int64_t line, const CsvFields& fields) -> Result<bool> {
        const std::string_view value = fields[*gathered.label];
        if (value.empty()) {
            if (gathered.withoutLabel.size() < kListed)
                gathered.withoutLabel.push_back({ErrorCode::BadFile, atLine(path.string(), line),
                                                 LB_TR("Error", "has no label; the row is left out")});
            ++gathered.leftOut;
            return false;
        }
        if (gathered.numeric) {
            const auto number = numberIn(value);
            if (!number || !std::isfinite(static_cast<float>(*number)))
                return Error{ErrorCode::BadFile,
                             atLine(path.string(), line),
                             {LB_TR("Error", "the label %1 holds '%2', which is no number; mend the cell, "
                                             "or take the label as a class"),
                              {gathered.labelName, std::string(value)}}};
            gathered.numbers.push_back(static_cast<float>(*number));
            return true;
        }
        if (Result<> added = gathered.labels.add(value, gathered.labelName, limits); !added.ok())
            return std::move(added.error());
        return true;
    };
    auto fileResult = CsvFile::open(path, pass, job, limits);
    if (!fileResult.ok() && fileResult.error().code == ErrorCode::BadFile && gathered.leftOut > 0
        && gathered.labels.all().empty() && gathered.numbers.empty()
        && fileResult.error().where == path.string())
        return Error{ErrorCode::BadFile,
                     path.string(),
                     {LB_TR("Error", "has no value in the label column %1 in any of %2 rows; choose "
                                     "another column as label"),
                      {gathered.labelName, gathered.leftOut}}};
    if (!fileResult.ok())
        return std::move(fileResult.error());
    const auto& file = fileResult.value();
    if (Result<> done = gathered.labels.finish(gathered.labelName, classesBeside(path));
        !done.ok()) {
        done.error().where = path.string();
        return std::move(done.error());
    }
    TableSchema schema;
    for (WishedColumn& wish : wishes) {
        const auto& from = wish.column.from;
        const auto place = file->columnNamed(from.empty() ? wish.column.name : from.front());
        if (!wish.typed && place && from.size() < 2)
            wish.column.type = file->columns()[*place].type;
        schema.push_back(std::move(wish.column));
    }
    if (schema.empty()) {
        LB_TRY(found, foundSchema(*file, gathered, options));
        schema = std::move(found);
    }
    LB_TRY(reader, TableReader::make(file, std::move(schema)));
    return std::shared_ptr<const Source>(
        std::make_shared<TableSource>(std::move(reader), std::move(gathered)));
}

} // namespace lb
