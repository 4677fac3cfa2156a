#include "core/data/csv_dialect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace lb {
namespace {

constexpr std::array kSeparators{',', ';', '\t', '|'};
constexpr std::size_t kRecordsLookedAt = 200;
constexpr std::size_t kLongestName = 40;

using Rows = std::vector<std::vector<std::string>>;

Rows rowsIn(std::string_view text, bool whole, const CsvDialect& dialect)
{
    Rows rows;
    CsvFields fields;
    while (!text.empty() && rows.size() < kRecordsLookedAt) {
        const CsvEnd end = csvRecordEnd(text, dialect, whole);
        if (!end.complete)
            break;
        if (fields.split(text.substr(0, end.length), dialect).ok() && !fields.isBlank()) {
            auto& row = rows.emplace_back();
            for (std::size_t i = 0; i < fields.size(); ++i)
                row.emplace_back(fields[i]);
        }
        text.remove_prefix(end.length);
    }
    return rows;
}

/// How well a separator explains the rows: the share with the commonest number of fields, when
/// there are at least two of them.
struct Fit {
    double share = 0;
    std::size_t fields = 0;
    bool operator<(const Fit& other) const
    {
        return std::pair(share, fields) < std::pair(other.share, other.fields);
    }
};

Fit fitOf(const Rows& rows)
{
    std::map<std::size_t, std::size_t> counts;
    for (const auto& row : rows)
        if (row.size() > 1)
            ++counts[row.size()];
    Fit fit;
    for (const auto& [fields, count] : counts)
        if (const double share = static_cast<double>(count) / static_cast<double>(rows.size());
            share >= fit.share)
            fit = {share, fields};
    return fit;
}

/// The sign that opens more fields than the other one.
char quoteIn(std::string_view text, std::optional<char> separator)
{
    const auto opened = [&](char quote) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char before = i == 0 ? '\n' : text[i - 1];
            const bool begins = before == '\n'
                || (separator ? before == *separator
                              : std::ranges::find(kSeparators, before) != kSeparators.end());
            count += begins && text[i] == quote;
        }
        return count;
    };
    return opened('\'') > opened('"') ? '\'' : '"';
}

bool isNumber(std::string_view field)
{
    return numberIn(field).has_value();
}

/// `whole`: there are no other rows. Then a record of words names columns: as a row it could teach
/// nothing.
bool looksLikeHeader(const Rows& rows, bool whole)
{
    if (rows.empty() || (rows.size() < 2 && (!whole || rows.front().size() < 2)))
        return false;
    const auto& names = rows.front();
    const std::set<std::string_view> distinct(names.begin(), names.end());
    if (distinct.size() != names.size() || distinct.contains(std::string_view())
        || std::ranges::any_of(names, isNumber))
        return false;
    bool numbersBelow = false, repeated = false;
    for (std::size_t column = 0; column < names.size(); ++column) {
        std::size_t numbers = 0, values = 0;
        for (std::size_t row = 1; row < rows.size(); ++row)
            if (column < rows[row].size() && !isMissing(rows[row][column])) {
                ++values;
                numbers += isNumber(rows[row][column]);
                repeated = repeated || rows[row][column] == names[column];
            }
        numbersBelow = numbersBelow || (values > 0 && numbers * 10 >= values * 9);
    }
    const bool shortNames = std::ranges::all_of(
        names, [](const std::string& name) { return name.size() <= kLongestName; });
    return numbersBelow || (shortNames && !repeated);
}

bool holdsAll(const Rows& rows, const std::vector<std::string>& names)
{
    return !names.empty() && !rows.empty() && std::ranges::all_of(names, [&](const auto& name) {
        return std::ranges::find(rows.front(), name) != rows.front().end();
    });
}

/// UTF-16 without a mark: every other byte of plain text is NUL.
std::string_view wideEncoding(std::string_view text)
{
    using namespace std::string_view_literals;
    if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv))
        return "UTF-32";
    if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv))
        return "UTF-16";
    std::array<std::size_t, 2> zeros{};
    const std::size_t looked = std::min<std::size_t>(text.size(), 512);
    for (std::size_t i = 0; i < looked; ++i)
        zeros[i % 2] += text[i] == 0;
    const std::size_t half = looked / 2;
    const bool one = half >= 4
        && ((zeros[0] * 10 >= half * 8 && zeros[1] * 10 <= half)
            || (zeros[1] * 10 >= half * 8 && zeros[0] * 10 <= half));
    return one ? "UTF-16" : std::string_view();
}

std::string_view knownFormat(std::string_view text)
{
    using namespace std::string_view_literals;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kFormats{{
        {"PK\x03\x04"sv, "a zip archive or a spreadsheet (.xlsx, .ods)"},
        {"\xD0\xCF\x11\xE0"sv, "a spreadsheet (.xls)"},
        {"\x1F\x8B"sv, "compressed with gzip"},
        {"BZh"sv, "compressed with bzip2"},
        {"\xFD" "7zXZ"sv, "compressed with xz"},
        {"PAR1"sv, "a Parquet file"},
        {"\x89" "HDF"sv, "an HDF5 file"},
        {"%PDF"sv, "a PDF document"},
    }};
    for (const auto& [begin, name] : kFormats)
        if (text.starts_with(begin))
            return name;
    return {};
}

std::string_view trimmed(std::string_view field)
{
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t'))
        field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t'))
        field.remove_suffix(1);
    if (field.size() > 1 && field.front() == '+' && field[1] != '-' && field[1] != '+')
        field.remove_prefix(1); // from_chars knows no plus
    return field;
}

template <typename Number> std::optional<Number> parsed(std::string_view field)
{
    field = trimmed(field);
    Number value{};
    const char* end = field.data() + field.size();
    const auto [stopped, problem] = std::from_chars(field.data(), end, value);
    if (field.empty() || problem != std::errc() || stopped != end)
        return std::nullopt;
    return value;
}

} // namespace

CsvDialect detectedDialect(std::string_view beginning, bool whole, const CsvWish& wish)
{
    CsvDialect dialect;
    dialect.quote = wish.quote.value_or(quoteIn(beginning, wish.separator));
    dialect.separator = wish.separator.value_or(kSeparators.front());
    Rows rows = rowsIn(beginning, whole, dialect);
    Fit best = fitOf(rows);
    for (const char separator : kSeparators) {
        if (wish.separator || separator == dialect.separator)
            continue;
        CsvDialect other = dialect;
        other.separator = separator;
        Rows otherRows = rowsIn(beginning, whole, other);
        if (const Fit fit = fitOf(otherRows); best < fit) {
            best = fit;
            dialect = other;
            rows = std::move(otherRows);
        }
    }
    dialect.header = wish.header.value_or(looksLikeHeader(rows, whole) || holdsAll(rows, wish.names));
    return dialect;
}

Result<> checkedEncoding(std::string_view beginning, const std::string& path)
{
    if (const std::string_view wide = wideEncoding(beginning); !wide.empty())
        return Error{ErrorCode::BadFile,
                     path,
                     {LB_TR("Error", "is written in %1; save it as UTF-8"), {std::string(wide)}}};
    if (const std::string_view format = knownFormat(beginning); !format.empty())
        return Error{ErrorCode::BadFile,
                     path,
                     {LB_TR("Error", "is no text but %1; export it as CSV in UTF-8"),
                      {std::string(format)}}};
    if (beginning.find('\n') == std::string_view::npos
        && beginning.find('\r') + 1 < beginning.size()
        && beginning.find('\r') != std::string_view::npos)
        return Error{ErrorCode::BadFile, path,
                     LB_TR("Error", "ends its lines with CR alone; save it with LF or CR LF")};
    return std::monostate{};
}

std::size_t byteOrderMark(std::string_view beginning)
{
    return beginning.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::string separatorName(char separator)
{
    switch (separator) {
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "bar";
    default:
        return std::string(1, separator);
    }
}

bool isMissing(std::string_view field)
{
    static constexpr std::array<std::string_view, 15> kMissing{
        "",     "NA",   "N/A",  "n/a", "#N/A", "NaN", "nan",  "-NaN",
        "-nan", "NULL", "null", "None", "<NA>", "?",   "-"};
    return std::ranges::find(kMissing, trimmed(field)) != kMissing.end();
}

std::optional<std::int64_t> integerIn(std::string_view field)
{
    return parsed<std::int64_t>(field);
}

std::optional<double> numberIn(std::string_view field)
{
    return parsed<double>(field);
}

} // namespace lb
