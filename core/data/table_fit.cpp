#include "core/data/table_fit.h"

#include "core/data/built_in.h"
#include "core/data/label_guess.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::array kDialectKeys{"separator", "quote", "header"};

std::string saidWord(const Config& config, std::string_view key)
{
    const Config* found = config.find(key);
    const auto* word = found ? found->as<std::string>() : nullptr;
    return word && *word != "auto" ? *word : std::string();
}

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

bool sameButForCase(std::string_view a, std::string_view b)
{
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, small, small);
}

/// Fits one config to what the file's beginning shows.
class Fitting {
public:
    Fitting(const Config& config, TableBeginning table)
        : m_object(*config.as<ConfigObject>())
        , m_table(std::move(table))
        , m_text(saidWord(config, "kind") == "text")
    {
    }

    TableFit take(bool withLabel)
    {
        if (withLabel)
            fitLabel();
        fitColumns();
        return {std::move(m_object), std::move(m_notes), std::move(m_table.names), m_label};
    }

private:
    bool has(std::string_view name) const
    {
        return std::ranges::find(m_table.names, name) != m_table.names.end();
    }

    void fitLabel()
    {
        const auto said = m_object.find("label");
        const auto* name = said == m_object.end() ? nullptr : said->second.as<std::string>();
        if (!name || name->empty())
            return guessLabel();
        if (has(*name)) {
            m_label = *name;
            return;
        }
        const auto other = std::ranges::find_if(m_table.names, [&](const std::string& column) {
            return sameButForCase(column, *name);
        });
        if (other != m_table.names.end()) {
            m_label = *other;
            m_notes.push_back({LB_TR("Data", "the label is column %1, which was called %2 before"),
                               {m_label, *name}});
            m_object["label"] = m_label;
            return;
        }
        const std::string gone = *name; // which the next line takes away
        m_object["label"] = std::string();
        if (saidWord(m_object, "label_type") == "number"
            && !guessedLabel(m_table, m_text).number)
            m_object["label_type"] = "class";
        guessLabel();
        m_notes.insert(m_notes.begin(),
                       {LB_TR("Data", "the file has no column %1, so the label was detected anew: %2"),
                        {gone, m_label}});
    }

    /// Says the label where it is another one than one expects, and that numbers are estimated.
    void guessLabel()
    {
        const bool number = saidWord(m_object, "label_type") == "number";
        const LabelGuess guess = guessedLabel(m_table, m_text, number);
        m_label = m_table.names[guess.column];
        if (m_text)
            return;
        if (guess.column + 1 != m_table.names.size())
            m_object["label"] = m_label;
        if (guess.number && !number) {
            m_object["label_type"] = "number";
            m_notes.push_back({LB_TR("Data", "no column holds few classes, so the label is column %1, "
                                             "a number to estimate; choose another one under Label"),
                               {m_label}});
        } else if (!guess.named && guess.column + 1 != m_table.names.size()) {
            m_notes.push_back({LB_TR("Data", "no column is called a label, so it is column %1, which "
                                             "holds few classes; choose another one under Label"),
                               {m_label}});
        }
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
            const bool there = column.from.empty() ? has(column.name)
                                                   : std::ranges::all_of(column.from, [&](const auto& name) {
                                                         return has(name);
                                                     });
            const bool label = column.from.empty() ? column.name == m_label
                                                   : std::ranges::count(column.from, m_label) > 0;
            if (there && !label)
                kept.push_back(typed((*list)[i], wishes.value()[i]));
            else if (gone.size() < 200)
                gone += (gone.empty() ? "" : ", ") + column.name;
        }
        if (kept.empty())
            m_notes.push_back({LB_TR("Data", "the file has none of the columns that were read before, "
                                             "so all of its columns are read")});
        else if (kept.size() < list->size())
            m_notes.push_back({LB_TR("Data", "columns that are not to be had here are not read any "
                                             "more: %1"),
                               {gone}});
        m_object["columns"] = std::move(kept);
    }

    /// A column that holds what its dtype cannot be gets the one that can.
    Config typed(const Config& entry, const WishedColumn& wish)
    {
        if (!wish.typed || !wish.column.from.empty() || wish.column.type == CellType::Text)
            return entry;
        const auto place = static_cast<std::size_t>(
            std::ranges::find(m_table.names, wish.column.name) - m_table.names.begin());
        CellType type = wish.column.type;
        const std::string* reason = nullptr;
        for (const auto& row : m_table.rows) {
            if (place >= row.size() || isMissing(row[place]))
                continue;
            const CellType own = integerIn(row[place]) ? CellType::Integer
                : numberIn(row[place])                 ? CellType::Number
                                                       : CellType::Text;
            if (own > type) {
                type = own;
                reason = &row[place];
            }
        }
        if (!reason)
            return entry;
        m_notes.push_back({LB_TR("Data", "column %1 holds '%2' here, so it is read as %3 and not as %4"),
                           {wish.column.name, reason->substr(0, 40), std::string(nameOf(type)),
                            std::string(nameOf(wish.column.type))}});
        ConfigObject other = *entry.as<ConfigObject>();
        other["dtype"] = std::string(nameOf(type));
        if (type == CellType::Text)
            other.erase("missing"); // which was a number
        return other;
    }

    ConfigObject m_object;
    TableBeginning m_table;
    bool m_text;
    std::string m_label;
    std::vector<Message> m_notes;
};

/// The columns that the program makes are known without a look.
TableFit fittedToPassengers(const Config& config)
{
    TableBeginning table;
    const auto made = builtInTable(1, 1, Config());
    const auto facts = made.ok() ? tableFactsOf(*made.value()) : std::nullopt;
    for (const CsvColumn& column : facts ? facts->columns : std::vector<CsvColumn>{})
        table.names.push_back(column.name);
    return Fitting(config, std::move(table)).take(false);
}

bool isListed(const ConfigList& list, const Config& entry)
{
    const auto nameIn = [](const Config& column) {
        const Config* name = column.find("name");
        return name ? *name : column;
    };
    return std::ranges::any_of(
        list, [&](const Config& other) { return nameIn(other) == nameIn(entry); });
}

/// `now`, with the columns of `wished` that `fitted` lacks at their places; all stays all.
Config columnsAgain(const Config& now, const Config& wished, const Config& fitted)
{
    const auto* list = now.as<ConfigList>();
    const auto* before = wished.as<ConfigList>();
    const auto* left = fitted.as<ConfigList>();
    if (now == fitted)
        return wished;
    if (!list || !before || !left || list->empty())
        return now;
    ConfigList all = *list;
    for (std::size_t i = 0; i < before->size(); ++i)
        if (!isListed(*left, (*before)[i]) && !isListed(all, (*before)[i]))
            all.insert(all.begin() + static_cast<std::ptrdiff_t>(std::min(i, all.size())),
                       (*before)[i]);
    return all;
}

/// What a config says under a key, or what it means that it says nothing.
Config saidOf(const ConfigObject& object, const std::string& key)
{
    const auto found = object.find(key);
    if (found != object.end())
        return found->second;
    return key == "columns" ? Config(ConfigList{})
        : key == "label"    ? Config(std::string())
                            : Config(key == "label_type" ? "class" : "auto");
}

} // namespace

TableFit fittedToTable(const Config& config, const fs::path& base)
{
    const std::string kind = saidWord(config, "kind");
    TableFit fit{config, {}, {}, {}};
    if (!config.as<ConfigObject>())
        return fit;
    if (kind == "passengers")
        return fittedToPassengers(config);
    if (kind != "csv" && kind != "text")
        return fit;
    const std::string path = saidWord(config, "path");
    if (path.empty() || (kind == "text" && fs::path(path).extension() == ".txt"))
        return fit;
    const auto text = tableText(base / path);
    if (!text.ok())
        return fit;
    TableBeginning table = tableBeginning(text.value(), wishOf(config));
    Config now = config;
    std::vector<Message> notes;
    CsvWish none;
    none.names = wishOf(config).names;
    if (TableBeginning found
        = table.names.size() < 2 ? tableBeginning(text.value(), none) : TableBeginning();
        found.names.size() >= 2) {
        ConfigObject object = *config.as<ConfigObject>();
        for (const char* key : kDialectKeys)
            object[key] = "auto";
        now = std::move(object);
        table = std::move(found);
        notes.push_back({LB_TR("Data", "separator, quote and first line were detected anew")});
    }
    if (table.names.empty())
        return fit;
    fit = Fitting(now, std::move(table)).take(true);
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

Config TableWishes::wished(const Config& now) const
{
    const auto* object = now.as<ConfigObject>();
    if (!object || m_fitted.empty())
        return now;
    ConfigObject wished = *object;
    const auto put = [&](const char* key, const Config& value) {
        if (wished.contains(key) || value != saidOf({}, key))
            wished[key] = value;
    };
    const auto unchanged
        = [&](const char* key) { return saidOf(*object, key) == saidOf(m_fitted, key); };
    if (unchanged("label") && unchanged("label_type"))
        for (const char* key : {"label", "label_type"})
            put(key, saidOf(m_wished, key));
    for (const char* key : kDialectKeys)
        if (unchanged(key))
            put(key, saidOf(m_wished, key));
    put("columns", columnsAgain(saidOf(*object, "columns"), saidOf(m_wished, "columns"),
                                saidOf(m_fitted, "columns")));
    return wished;
}

void TableWishes::remember(const Config& wished, const Config& fitted)
{
    m_wished = wished.as<ConfigObject>() ? *wished.as<ConfigObject>() : ConfigObject{};
    m_fitted = fitted.as<ConfigObject>() ? *fitted.as<ConfigObject>() : ConfigObject{};
}

} // namespace lb
