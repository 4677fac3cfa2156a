#include "core/data/table_schema.h"

#include "core/support/nearest_name.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lb {
namespace {

Error badEntry(std::size_t index, Text reason)
{
    return {ErrorCode::BadParameter, "columns/" + std::to_string(index), reason};
}

double realOf(const Config& value, double otherwise)
{
    if (const auto* real = value.as<double>())
        return *real;
    const auto* whole = value.as<std::int64_t>();
    return whole ? static_cast<double>(*whole) : otherwise;
}

bool fitsType(const Config& missing, CellType type)
{
    switch (type) {
    case CellType::Text:
        return missing.as<std::string>() != nullptr;
    case CellType::Integer:
        return missing.as<std::int64_t>() != nullptr;
    case CellType::Number:
        break;
    }
    return missing.as<std::int64_t>() || missing.as<double>();
}

Result<WishedColumn> wished(const Config& entry, std::size_t index)
{
    WishedColumn wish;
    if (const auto* name = entry.as<std::string>()) {
        wish.column.name = *name;
    } else {
        const Config* named = entry.find("name");
        const auto* text = named ? named->as<std::string>() : nullptr;
        if (!text)
            return badEntry(index, LB_TR("Error", "needs a name"));
        wish.column.name = *text;
    }
    if (wish.column.name.empty())
        return badEntry(index, LB_TR("Error", "needs a name"));
    if (const Config* dtype = entry.find("dtype")) {
        const auto* name = dtype->as<std::string>();
        const auto type = name ? cellTypeNamed(*name) : std::nullopt;
        if (!type)
            return badEntry(index,
                            LB_TR("Error", "has no dtype of a column: string, int64 or float32"));
        wish.column.type = *type;
        wish.typed = true;
    }
    if (const Config* missing = entry.find("missing"); missing && !missing->isNull()) {
        if (wish.typed && !fitsType(*missing, wish.column.type))
            return badEntry(index, LB_TR("Error", "the value for missing ones is not of its dtype"));
        wish.column.missing = *missing;
    }
    if (const Config* from = entry.find("from")) {
        const auto* list = from->as<ConfigList>();
        for (const Config& name : list ? *list : ConfigList{})
            if (const auto* text = name.as<std::string>())
                wish.column.from.push_back(*text);
        if (wish.column.from.empty())
            return badEntry(index, LB_TR("Error", "\"from\" needs a list of column names"));
    }
    return wish;
}

} // namespace

DType dtypeOf(CellType type)
{
    switch (type) {
    case CellType::Integer:
        return DType::Int64;
    case CellType::Number:
        return DType::Float32;
    case CellType::Text:
        break;
    }
    return DType::String;
}

Spec specOf(const TableColumn& column)
{
    return {dtypeOf(column.type), {1}, ValueRange::unknown()};
}

Result<std::vector<WishedColumn>> wishedColumns(const Config& list)
{
    std::vector<WishedColumn> result;
    if (list.isNull())
        return result;
    const auto* entries = list.as<ConfigList>();
    if (!entries)
        return Error{ErrorCode::BadParameter, "columns", LB_TR("Error", "must be a list")};
    for (std::size_t i = 0; i < entries->size(); ++i) {
        LB_TRY(wish, wished((*entries)[i], i));
        if (std::ranges::any_of(result, [&](const auto& other) {
                return other.column.name == wish.column.name;
            }))
            return badEntry(i, LB_TR("Error", "has the name of another column"));
        result.push_back(std::move(wish));
    }
    return result;
}

Config schemaConfig(const TableSchema& schema)
{
    ConfigList list;
    for (const TableColumn& column : schema) {
        ConfigObject entry{{"name", column.name}, {"dtype", std::string(nameOf(column.type))}};
        if (!column.missing.isNull())
            entry.emplace("missing", column.missing);
        if (!column.from.empty())
            entry.emplace("from", ConfigList(column.from.begin(), column.from.end()));
        list.push_back(std::move(entry));
    }
    return list;
}

Result<TableSchema> schemaOf(const Config& list)
{
    LB_TRY(wishes, wishedColumns(list));
    TableSchema schema;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (!wishes[i].typed)
            return badEntry(i, LB_TR("Error", "needs a dtype: string, int64 or float32"));
        schema.push_back(std::move(wishes[i].column));
    }
    return schema;
}

namespace {

/// The cells of one column on their way.
struct Cells {
    std::vector<std::string> texts;
    std::vector<std::int64_t> integers;
    std::vector<float> numbers;
};

std::string joined(const CsvFields& fields, const std::vector<std::size_t>& places)
{
    std::string text;
    for (const std::size_t place : places) {
        if (!text.empty() && !fields[place].empty())
            text += ' ';
        text += fields[place];
    }
    return text;
}

/// false if the cell is not of the column's type.
bool put(Cells& cells, std::size_t at, const TableColumn& column, const CsvFields& fields,
         const std::vector<std::size_t>& places)
{
    if (column.type == CellType::Text) {
        std::string text = joined(fields, places);
        if (const auto* missing = column.missing.as<std::string>(); text.empty() && missing)
            text = *missing;
        cells.texts[at] = std::move(text);
        return true;
    }
    const std::string_view field = fields[places.front()];
    if (column.type == CellType::Integer) {
        const auto value = integerIn(field);
        const auto* missing = column.missing.as<std::int64_t>();
        cells.integers[at] = value ? *value : missing ? *missing : -1;
        return value || isMissing(field);
    }
    const auto value = isMissing(field) ? std::nullopt : numberIn(field);
    cells.numbers[at] = static_cast<float>(
        value ? *value : realOf(column.missing, std::numeric_limits<double>::quiet_NaN()));
    return value || isMissing(field);
}

Tensor tensorOf(CellType type, Cells cells)
{
    const auto make = [](auto& values) {
        using T = typename std::remove_reference_t<decltype(values)>::value_type;
        return Tensor::make<T>({std::ssize(values), 1}, [&](std::span<T> out) {
            std::ranges::move(values, out.begin());
        });
    };
    switch (type) {
    case CellType::Integer:
        return make(cells.integers);
    case CellType::Number:
        return make(cells.numbers);
    case CellType::Text:
        break;
    }
    return make(cells.texts);
}

/// Some columns of a schema, being filled.
class Columns {
public:
    Columns(const TableSchema& schema, const TablePlaces& places,
            std::span<const std::size_t> columns, std::size_t rows)
        : m_schema(schema)
        , m_places(places)
        , m_columns(columns)
        , m_cells(columns.size())
    {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const CellType type = schema.at(columns[i]).type;
            m_cells[i].texts.resize(type == CellType::Text ? rows : 0);
            m_cells[i].integers.resize(type == CellType::Integer ? rows : 0);
            m_cells[i].numbers.resize(type == CellType::Number ? rows : 0);
        }
    }

    Result<> fill(std::size_t row, const CsvFields& fields, std::int64_t record)
    {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const TableColumn& column = m_schema[m_columns[i]];
            const auto& places = m_places[m_columns[i]];
            if (!put(m_cells[i], row, column, fields, places))
                return Error{ErrorCode::BadFile,
                             "",
                             {LB_TR("Error", "record %1 holds '%2' in column %3, which is no %4"),
                              {record + 1, std::string(fields[places.front()]), column.name,
                               std::string(nameOf(column.type))}}};
        }
        return std::monostate{};
    }

    std::vector<Tensor> take()
    {
        std::vector<Tensor> result;
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            result.push_back(tensorOf(m_schema[m_columns[i]].type, std::move(m_cells[i])));
        return result;
    }

private:
    const TableSchema& m_schema;
    const TablePlaces& m_places;
    std::span<const std::size_t> m_columns;
    std::vector<Cells> m_cells;
};

/// Where the columns of a schema lie among named ones.
Result<TablePlaces> placesIn(const std::vector<std::string>& names, const TableSchema& schema,
                             const std::string& path)
{
    TablePlaces result;
    for (const TableColumn& column : schema) {
        auto& places = result.emplace_back();
        for (const std::string& name :
             column.from.empty() ? std::vector<std::string>{column.name} : column.from) {
            const auto place = std::ranges::find(names, name);
            if (place == names.end()) {
                std::string known;
                for (const std::string& other : names)
                    if (known.size() < 400)
                        known += (known.empty() ? "" : ", ") + other;
                const std::string nearest = nearestName(name, names);
                return Error{
                    ErrorCode::NotFound,
                    path,
                    nearest.empty()
                        ? Message{LB_TR("Error", "has no column %1; it has: %2"), {name, known}}
                        : Message{LB_TR("Error", "has no column %1; it has: %2; is %3 meant?"),
                                  {name, known, nearest}}};
            }
            places.push_back(static_cast<std::size_t>(place - names.begin()));
        }
    }
    return result;
}

std::vector<std::size_t> allOf(const TableSchema& schema)
{
    std::vector<std::size_t> columns(schema.size());
    std::iota(columns.begin(), columns.end(), std::size_t{0});
    return columns;
}

} // namespace

std::string placeOf(const Source& source, std::int64_t row)
{
    const auto* table = dynamic_cast<const HasSchema*>(&source);
    const std::string line = table ? table->lineOf(row) : std::string();
    return line.empty() ? source.nameOf(row) : line;
}

const TableSchema* schemaOf(const Source& source)
{
    const auto* table = dynamic_cast<const HasSchema*>(&source);
    return table ? &table->schema() : nullptr;
}

std::optional<TableFacts> tableFactsOf(const Source& source)
{
    const auto* table = dynamic_cast<const HasSchema*>(&source);
    return table ? std::optional(table->tableFacts()) : std::nullopt;
}

Result<TableReader> TableReader::make(std::shared_ptr<const CsvFile> file, TableSchema schema)
{
    std::vector<std::string> names;
    for (const CsvColumn& column : file->columns())
        names.push_back(column.name);
    TableReader reader;
    LB_TRY(places, placesIn(names, schema, file->path()));
    reader.m_places = std::move(places);
    reader.m_file = std::move(file);
    reader.m_schema = std::move(schema);
    return reader;
}

Result<std::vector<Tensor>> TableReader::read(std::span<const std::size_t> columns,
                                              std::span<const std::int64_t> records) const
{
    Columns cells(m_schema, m_places, columns, records.size());
    const Result<> done
        = m_file->read(records, [&](std::size_t position, const CsvFields& fields) -> Result<> {
              Result<> filled = cells.fill(position, fields, records[position]);
              if (!filled.ok())
                  filled.error().where = m_file->path();
              return filled;
          });
    if (!done.ok())
        return done.error();
    return cells.take();
}

Result<std::vector<Tensor>> tableOf(const TableSchema& schema,
                                    const std::vector<std::string>& names,
                                    std::span<const std::string> records)
{
    LB_TRY(places, placesIn(names, schema, "table"));
    const std::vector<std::size_t> columns = allOf(schema);
    Columns cells(schema, places, columns, records.size());
    CsvFields fields;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (Result<> split = fields.split(records[i], {}); !split.ok())
            return std::move(split.error());
        if (Result<> filled = cells.fill(i, fields, static_cast<std::int64_t>(i)); !filled.ok())
            return std::move(filled.error());
    }
    return cells.take();
}

std::int64_t TableReader::missing(std::size_t column) const
{
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (const std::size_t place : m_places.at(column))
        least = std::min(least, m_file->columns()[place].missing);
    return least;
}

namespace {

bool holds(CellType type, std::string_view field)
{
    return type == CellType::Text || isMissing(field)
        || (type == CellType::Integer ? integerIn(field).has_value() : numberIn(field).has_value());
}

} // namespace

Result<std::vector<Tensor>> tableRows(const std::filesystem::path& path, const TableSchema& schema,
                                      const Limits& limits, std::vector<std::string>* unread)
{
    CsvOptions options;
    options.dialect.header = true; // columns go by their names
    std::vector<std::pair<std::size_t, const TableColumn*>> typed;
    options.begin = [&](const std::vector<CsvColumn>& columns) -> Result<> {
        for (const TableColumn& column : schema)
            if (const auto place = std::ranges::find(columns, column.name, &CsvColumn::name);
                column.from.empty() && place != columns.end())
                typed.emplace_back(place - columns.begin(), &column);
        return std::monostate{};
    };
    options.record = [&](std::int64_t, const CsvFields& fields) -> Result<bool> {
        for (const auto& [place, column] : typed) // whose types the model decided
            if (const std::string_view field = fields[place]; !holds(column->type, field))
                return Error{ErrorCode::BadFile,
                             "",
                             {column->type == CellType::Integer
                                  ? LB_TR("Error", "column %1 holds '%2', which is no whole number; mend "
                                                   "the cell, or leave it empty if it is missing")
                                  : LB_TR("Error", "column %1 holds '%2', which is no number; mend the "
                                                   "cell, or leave it empty if it is missing"),
                              {column->name, std::string(field.substr(0, 40))}}};
        return true;
    };
    LB_TRY(file, CsvFile::open(path, options, {}, limits));
    LB_TRY(reader, TableReader::make(file, schema));
    if (unread)
        for (const CsvColumn& column : file->columns())
            if (std::ranges::none_of(schema, [&](const TableColumn& read) {
                    return read.from.empty() ? read.name == column.name
                                             : std::ranges::count(read.from, column.name) > 0;
                }))
                unread->push_back(column.name);
    const std::vector<std::size_t> columns = allOf(schema);
    std::vector<std::int64_t> records(static_cast<std::size_t>(file->size()));
    std::iota(records.begin(), records.end(), std::int64_t{0});
    return reader.read(columns, records);
}

} // namespace lb
