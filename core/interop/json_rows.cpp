#include "core/interop/json_rows.h"

#include "core/support/json.h"
#include "core/support/nearest_name.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr std::size_t kMostUnread = 8; ///< names that a hint lists
constexpr double kWholeNumbers = 9007199254740992.0; // 2^53: whole numbers that a double holds
constexpr std::size_t kShownBytes = 40;

bool isPlainValue(const Config& value)
{
    return !value.as<ConfigList>() && !value.as<ConfigObject>();
}

std::string namesIn(const ConfigObject& row)
{
    std::string names;
    for (const auto& [name, value] : row)
        if (names.size() < 400)
            names += (names.empty() ? "" : ", ") + name;
    return names;
}

/// A value as it would stand in a CSV file.
std::string fieldOf(const Config& value, CellType type)
{
    if (value.isNull())
        return {};
    if (const auto* text = value.as<std::string>())
        return *text;
    const auto* real = value.as<double>();
    if (real && type == CellType::Integer && *real == std::floor(*real)
        && std::abs(*real) < kWholeNumbers)
        return std::to_string(static_cast<std::int64_t>(*real));
    return writeJson(value, JsonStyle::Compact);
}

bool fitsColumn(const std::string& field, CellType type)
{
    return type == CellType::Text || isMissing(field)
        || (type == CellType::Integer ? integerIn(field).has_value()
                                      : numberIn(field).has_value());
}

Error notOfType(const std::string& field, CellType type)
{
    return {ErrorCode::BadFile,
            "",
            {type == CellType::Integer
                 ? LB_TR("Error", "'%1' is no whole number; write one, or null where it is missing")
                 : LB_TR("Error", "'%1' is no number; write one, or null where it is missing"),
             {field.substr(0, kShownBytes)}}};
}

/// One row as fields in the order of the schema.
class RowFields {
public:
    explicit RowFields(const TableSchema& schema)
        : m_schema(schema)
    {
        for (const TableColumn& column : schema)
            m_used.insert(m_used.end(), column.from.begin(), column.from.end());
        for (const TableColumn& column : schema)
            m_used.push_back(column.name);
    }

    Result<std::string> recordOf(const Config& row)
    {
        std::vector<std::string> fields;
        const auto* object = row.as<ConfigObject>();
        if (!object && m_schema.size() != 1)
            return Error{ErrorCode::BadFile, "",
                         LB_TR("Error", "is no object; a row is written as "
                                        "{\"column\": value, ..}")};
        for (const TableColumn& column : m_schema) {
            Result<std::string> field
                = object ? fieldIn(*object, column) : plainField(row, column.type);
            if (field.ok() && !fitsColumn(field.value(), column.type))
                field = notOfType(field.value(), column.type);
            if (!field.ok()) {
                Error error = std::move(field.error());
                if (error.code != ErrorCode::NotFound)
                    error.where = column.name;
                return error;
            }
            fields.push_back(std::move(field.value()));
        }
        if (object)
            for (const auto& [name, value] : *object)
                if (std::ranges::find(m_used, name) == m_used.end()
                    && std::ranges::find(m_unread, name) == m_unread.end()
                    && m_unread.size() <= kMostUnread)
                    m_unread.push_back(name);
        return csvRecordOf(fields);
    }

    const std::vector<std::string>& unread() const { return m_unread; }

private:
    static Result<std::string> plainField(const Config& value, CellType type)
    {
        if (isPlainValue(value))
            return fieldOf(value, type);
        return Error{ErrorCode::BadFile, "",
                     LB_TR("Error", "holds a list or an object; a row has one value there")};
    }

    /// The value of a column: of the file's columns that made it in training, or by its own name.
    static Result<std::string> fieldIn(const ConfigObject& row, const TableColumn& column)
    {
        const bool apart = !column.from.empty()
            && std::ranges::all_of(column.from, [&](const auto& name) { return row.contains(name); });
        std::string joined;
        for (const std::string& name : apart ? column.from : std::vector<std::string>{}) {
            LB_TRY(part, plainField(row.find(name)->second, column.type));
            joined += (joined.empty() || part.empty() ? "" : " ") + part;
        }
        if (apart)
            return joined;
        if (const auto found = row.find(column.name); found != row.end())
            return plainField(found->second, column.type);
        std::vector<std::string> names;
        for (const auto& [name, value] : row)
            names.push_back(name);
        const std::string& wanted = column.from.size() == 1 ? column.from.front() : column.name;
        const std::string nearest = nearestName(wanted, names);
        if (!nearest.empty())
            return Error{ErrorCode::NotFound,
                         "",
                         {LB_TR("Error", "has no %1; the nearest that it has is %2"),
                          {wanted, nearest}}};
        if (row.empty())
            return Error{ErrorCode::NotFound,
                         "",
                         {LB_TR("Error", "has no %1; write null where it is missing"), {wanted}}};
        return Error{ErrorCode::NotFound,
                     "",
                     {LB_TR("Error", "has no %1 (it has: %2); write null where it is missing"),
                      {wanted, namesIn(row)}}};
    }

    const TableSchema& m_schema;
    std::vector<std::string> m_used, m_unread;
};

} // namespace

bool holdsRows(const Config& json, std::size_t columns)
{
    if (const auto* row = json.as<ConfigObject>())
        return std::ranges::any_of(*row, [](const auto& value) { return isPlainValue(value.second); })
            || row->empty();
    const auto* list = json.as<ConfigList>();
    if (!list)
        return columns == 1;
    return std::ranges::any_of(*list, [&](const Config& row) {
        return row.as<ConfigObject>() || (columns == 1 && isPlainValue(row));
    }) || (list->empty() || (columns > 1 && std::ranges::all_of(*list, isPlainValue)));
}

Result<std::vector<Tensor>> jsonRows(const Config& json, const TableSchema& schema,
                                     std::vector<Message>& hints)
{
    const auto* list = json.as<ConfigList>();
    if (list && list->empty())
        return Error{ErrorCode::BadFile, "",
                     LB_TR("Error", "holds no row; write at least one: [{\"column\": value, ..}]")};
    std::vector<std::string> names;
    TableSchema plain = schema;
    for (TableColumn& column : plain) {
        column.from.clear(); // joined already
        names.push_back(column.name);
    }
    RowFields fields(schema);
    std::vector<std::string> records;
    for (std::size_t i = 0; i < (list ? list->size() : 1); ++i) {
        Result<std::string> record = fields.recordOf(list ? (*list)[i] : json);
        if (!record.ok()) {
            Error error = std::move(record.error());
            if (list)
                error.where
                    = "row " + std::to_string(i + 1) + (error.where.empty() ? "" : ": ") + error.where;
            return error;
        }
        records.push_back(std::move(record.value()));
    }
    std::ranges::move(unreadNames(fields.unread()), std::back_inserter(hints));
    return tableOf(plain, names, records);
}

std::string csvRecordOf(std::span<const std::string> fields)
{
    std::string record;
    for (const std::string& field : fields) {
        record += record.empty() ? "\"" : ",\"";
        for (const char sign : field)
            record.append(sign == '"' ? 2 : 1, sign);
        record += '"';
    }
    return record;
}

std::vector<Message> unreadNames(std::span<const std::string> names)
{
    if (names.empty())
        return {};
    std::string listed;
    for (const std::string& name : names.first(std::min(names.size(), kMostUnread)))
        listed += (listed.empty() ? "" : ", ") + name;
    if (names.size() > kMostUnread)
        listed += ", ..";
    return {{LB_TR("Data", "passed over, as the model does not read them: %1"), {listed}}};
}

} // namespace lb
