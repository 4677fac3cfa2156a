#include "core/data/table_fit.h"

#include "core/data/table_source.h"

#include <algorithm>
#include <array>
#include <set>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPeeked = std::uint64_t{1} << 20; // bytes that hold any header
constexpr std::size_t kDetectedFrom = std::size_t{64} << 10; // as CsvFile does
constexpr std::size_t kRowsPeeked = 200;
constexpr std::size_t kFewClasses = 20;
constexpr std::array kDialectKeys{"separator", "quote", "header"};

std::string saidWord(const Config& config, std::string_view key)
{
    const Config* found = config.find(key);
    const auto* word = found ? found->as<std::string>() : nullptr;
    return word && *word != "auto" ? *word : std::string();
}

/// The beginning of a table.
struct Peek {
    std::vector<CsvColumn> columns; ///< names only
    std::vector<std::vector<std::string>> rows;
};

std::optional<char> signOf(const std::string& said)
{
    static constexpr std::array<std::pair<std::string_view, char>, 6> kNames{{{"comma", ','},
                                                                              {"semicolon", ';'},
                                                                              {"tab", '\t'},
                                                                              {"bar", '|'},
                                                                              {"space", ' '},
                                                                              {"none", 0}}};
    for (const auto& [name, sign] : kNames)
        if (said == name)
            return sign;
    return said.size() == 1 ? std::optional(said.front()) : std::nullopt;
}

CsvWish wishOf(const Config& config)
{
    CsvWish wish;
    wish.separator = signOf(saidWord(config, "separator"));
    wish.quote = signOf(saidWord(config, "quote"));
    if (const std::string header = saidWord(config, "header"); !header.empty())
        wish.header = header == "yes";
    if (const std::string label = saidWord(config, "label"); !label.empty())
        wish.names = {label};
    return wish;
}

Peek peeked(std::string_view text, bool whole, const CsvWish& wish)
{
    const CsvDialect dialect = detectedDialect(text.substr(0, kDetectedFrom),
                                               whole && text.size() <= kDetectedFrom, wish);
    Peek peek;
    CsvFields fields;
    bool named = false;
    while (!text.empty() && peek.rows.size() < kRowsPeeked) {
        const CsvEnd end = csvRecordEnd(text, dialect, whole);
        if (!end.complete || !fields.split(text.substr(0, end.length), dialect).ok())
            break;
        text.remove_prefix(end.length);
        if (fields.isBlank())
            continue;
        std::vector<std::string> row;
        for (std::size_t i = 0; i < fields.size(); ++i)
            row.emplace_back(fields[i]);
        if (!named) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                CsvColumn column;
                column.name = dialect.header && !row[i].empty() ? row[i]
                                                                : "column" + std::to_string(i + 1);
                peek.columns.push_back(std::move(column));
            }
            named = true;
            if (dialect.header)
                continue;
        }
        peek.rows.push_back(std::move(row));
    }
    return peek;
}

/// The beginning of the file that a config names. Errors: those of opening it.
Result<std::pair<std::string, bool>> beginningOf(const Config& config, const fs::path& base)
{
    const std::string said = saidWord(config, "path");
    if (said.empty())
        return Error{ErrorCode::NotFound, "path", LB_TR("Error", "is empty")};
    LB_TRY(path, tableFile(base / said));
    LB_TRY(file, PlacedFile::open(path));
    std::string text(static_cast<std::size_t>(std::min(kPeeked, file->size())), '\0');
    if (Result<> read = file->read(0, text); !read.ok())
        return std::move(read.error());
    if (Result<> fine = checkedEncoding(std::string_view(text).substr(0, kDetectedFrom), said);
        !fine.ok())
        return std::move(fine.error());
    const bool whole = text.size() == file->size();
    text.erase(0, byteOrderMark(text));
    return std::pair(std::move(text), whole);
}

bool sameButForCase(std::string_view a, std::string_view b)
{
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, small, small);
}

/// Fits one config to what the file's beginning shows.
class Fitting {
public:
    Fitting(const Config& config, Peek peek)
        : m_object(*config.as<ConfigObject>())
        , m_peek(std::move(peek))
        , m_text(saidWord(config, "kind") == "text")
    {
    }

    TableFit take()
    {
        fitLabel();
        fitColumns();
        TableFit fit;
        fit.config = std::move(m_object);
        fit.notes = std::move(m_notes);
        for (const CsvColumn& column : m_peek.columns)
            fit.names.push_back(column.name);
        fit.label = m_label;
        return fit;
    }

private:
    bool has(std::string_view name) const
    {
        return std::ranges::find(m_peek.columns, name, &CsvColumn::name) != m_peek.columns.end();
    }

    void fitLabel()
    {
        const auto said = m_object.find("label");
        const auto* name = said == m_object.end() ? nullptr : said->second.as<std::string>();
        m_label = m_peek.columns[detectedLabel(m_peek.columns, m_text)].name;
        if (!name || name->empty())
            return chooseClasses();
        if (has(*name)) {
            m_label = *name;
            return;
        }
        const auto other = std::ranges::find_if(
            m_peek.columns, [&](const CsvColumn& column) { return sameButForCase(column.name, *name); });
        if (other != m_peek.columns.end()) {
            m_label = other->name;
            m_notes.push_back({LB_TR("Data", "the label is column %1, which was called %2 before"),
                               {m_label, *name}});
            m_object["label"] = m_label;
            return;
        }
        const std::string gone = *name; // which the next line takes away
        m_object["label"] = std::string();
        if (!holdsNumbers(m_label))
            m_object["label_type"] = "class";
        chooseClasses();
        m_notes.insert(m_notes.begin(),
                       {LB_TR("Data", "the file has no column %1, so the label was detected anew: %2"),
                        {gone, m_label}});
    }

    /// Where a detected label cannot be classes, the last column that can be is it, or numbers are estimated.
    void chooseClasses()
    {
        if (m_text || saidWord(m_object, "label_type") == "number" || canBeClasses(m_label))
            return;
        const auto lastOf = [&](bool words) {
            return std::find_if(
                m_peek.columns.rbegin(), m_peek.columns.rend(), [&](const CsvColumn& column) {
                    const std::size_t kinds = valuesOf(column.name).size();
                    return kinds > 1 && kinds <= kFewClasses && canBeClasses(column.name)
                        && words != holdsNumbers(column.name);
                });
        };
        auto other = lastOf(true); // a few numbers here may be many, with fractions, further down
        if (other == m_peek.columns.rend())
            other = lastOf(false);
        if (other == m_peek.columns.rend()) {
            m_object["label_type"] = "number";
            m_notes.push_back({LB_TR("Data", "the label %1 holds numbers with fractions, so it is a "
                                             "number to estimate"),
                               {m_label}});
            return;
        }
        m_notes.push_back({LB_TR("Data", "column %1 holds numbers with fractions, so the label is "
                                         "column %2; choose another one under Label"),
                           {m_label, other->name}});
        m_label = other->name;
        m_object["label"] = m_label;
    }

    std::set<std::string_view> valuesOf(const std::string& name) const
    {
        const auto place = static_cast<std::size_t>(
            std::ranges::find(m_peek.columns, name, &CsvColumn::name) - m_peek.columns.begin());
        std::set<std::string_view> values;
        for (const std::vector<std::string>& row : m_peek.rows)
            if (place < row.size() && !isMissing(row[place]))
                values.insert(row[place]);
        return values;
    }

    /// As LabelColumn::finish() decides, of the file's beginning.
    bool canBeClasses(const std::string& name) const
    {
        const auto values = valuesOf(name);
        return values.size() <= kFewClasses
            || !std::ranges::all_of(values, [](auto value) { return numberIn(value).has_value(); })
            || std::ranges::all_of(values, [](auto value) { return integerIn(value).has_value(); });
    }

    bool holdsNumbers(const std::string& name) const
    {
        return std::ranges::all_of(valuesOf(name),
                                   [](auto value) { return numberIn(value).has_value(); });
    }

    void fitColumns()
    {
        const auto said = m_object.find("columns");
        const auto* list = said == m_object.end() ? nullptr : said->second.as<ConfigList>();
        const auto wishes = wishedColumns(list ? *list : Config());
        if (!list || list->empty() || !wishes.ok())
            return;
        ConfigList kept;
        std::string gone;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const TableColumn& column = wishes.value()[i].column;
            const bool there = column.from.empty()
                ? has(column.name)
                : std::ranges::all_of(column.from, [&](const auto& name) { return has(name); });
            const bool label = column.from.empty() ? column.name == m_label
                                                   : std::ranges::count(column.from, m_label) > 0;
            if (there && !label)
                kept.push_back((*list)[i]);
            else if (gone.size() < 200)
                gone += (gone.empty() ? "" : ", ") + column.name;
        }
        if (kept.size() == list->size())
            return;
        m_notes.push_back(
            kept.empty()
                ? Message{LB_TR("Data", "the file has none of the columns that were read before, so "
                                        "all of its columns are read")}
                : Message{LB_TR("Data", "columns that are not to be had here are not read any more: "
                                        "%1"),
                          {gone}});
        m_object["columns"] = std::move(kept);
    }

    ConfigObject m_object;
    Peek m_peek;
    bool m_text;
    std::string m_label;
    std::vector<Message> m_notes;
};

} // namespace

TableFit fittedToTable(const Config& config, const fs::path& base)
{
    const std::string kind = saidWord(config, "kind");
    TableFit fit{config, {}, {}, {}};
    if ((kind != "csv" && kind != "text") || !config.as<ConfigObject>())
        return fit;
    const bool lines = kind == "text" && fs::path(saidWord(config, "path")).extension() == ".txt";
    const auto beginning = beginningOf(config, base);
    if (lines || !beginning.ok())
        return fit;
    const auto& [text, whole] = beginning.value();
    Peek peek = peeked(text, whole, wishOf(config));
    Config now = config;
    std::vector<Message> notes;
    CsvWish none;
    none.names = wishOf(config).names;
    if (Peek found = peeked(text, whole, none);
        peek.columns.size() < 2 && found.columns.size() >= 2) {
        ConfigObject object = *config.as<ConfigObject>();
        for (const char* key : kDialectKeys)
            object[key] = "auto";
        now = std::move(object);
        peek = std::move(found);
        notes.push_back({LB_TR("Data", "separator, quote and first line were detected anew")});
    }
    if (peek.columns.empty())
        return fit;
    fit = Fitting(now, std::move(peek)).take();
    fit.notes.insert(fit.notes.begin(), notes.begin(), notes.end());
    return fit;
}

TableFit detectedAnew(const Config& config, const fs::path& base)
{
    const auto* object = config.as<ConfigObject>();
    if (!object)
        return {config, {}, {}, {}};
    ConfigObject plain = *object;
    for (const char* key : kDialectKeys)
        plain[key] = "auto";
    plain["label"] = std::string();
    plain["label_type"] = "class";
    plain["columns"] = ConfigList{};
    TableFit fit = fittedToTable(plain, base);
    fit.notes.insert(fit.notes.begin(),
                     {LB_TR("Data", "label, columns and how the file is read were detected anew")});
    return fit;
}

} // namespace lb
