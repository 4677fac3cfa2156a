#include "core/data/label_guess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

namespace lb {
namespace {

constexpr std::size_t kFewWords = 50;
constexpr std::size_t kFewNumbers = 20; // as LabelColumn takes numbers with fractions
constexpr std::size_t kSmallTable = 10; // rows: values have no chance to come again

bool isLabelName(const std::string& name, bool atEdge)
{
    static constexpr std::array<std::string_view, 13> kNames{
        "label",    "labels",  "class",     "target",   "category", "sentiment", "species",
        "survived", "outcome", "diagnosis", "response", "churn",    "topic"};
    std::string small = name;
    std::ranges::transform(small, small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::ranges::find(kNames, small) != kNames.end() || (atEdge && small == "y");
}

/// What the values of a column are.
struct Kinds {
    std::size_t values = 0; ///< that are not missing
    std::size_t different = 0;
    bool words = false; ///< one of them is no number
    bool fractions = false; ///< all are numbers, and one is not whole

    bool comeAgain() const { return values < kSmallTable || different * 2 <= values; }
    bool few() const
    {
        return different >= 2 && different <= (words ? kFewWords : kFewNumbers) && comeAgain();
    }
};

Kinds kindsOf(const TableBeginning& table, std::size_t column)
{
    Kinds kinds;
    std::unordered_set<std::string_view> seen;
    for (const auto& row : table.rows) {
        if (column >= row.size() || isMissing(row[column]))
            continue;
        ++kinds.values;
        if (!seen.insert(row[column]).second)
            continue;
        const auto number = numberIn(row[column]);
        kinds.words = kinds.words || !number;
        kinds.fractions = kinds.fractions
            || (number && (!std::isfinite(*number) || *number != std::floor(*number)));
    }
    kinds.different = seen.size();
    kinds.fractions = kinds.fractions && !kinds.words;
    return kinds;
}

class Guessing {
public:
    Guessing(const TableBeginning& table, bool text, bool number)
        : m_table(table)
        , m_last(table.names.size() - 1)
        , m_text(text)
        , m_number(number)
    {
        for (std::size_t i = 0; i <= m_last; ++i)
            m_kinds.push_back(kindsOf(table, i));
    }

    LabelGuess take() const
    {
        if (const auto named = byName())
            return guess(*named, true);
        if (m_number)
            return guess(lastWhere(&Guessing::isNumbers).value_or(m_last), false);
        for (const std::size_t edge : m_text ? std::array{std::size_t{0}, m_last}
                                             : std::array{m_last, std::size_t{0}})
            if ((m_kinds[edge].few() && !m_kinds[edge].fractions) || (edge == m_last && goesOn()))
                return guess(edge, false);
        for (const bool words : {true, false})
            if (const auto few = lastWhere([&](const Kinds& kinds) {
                    return kinds.few() && kinds.words == words;
                }))
                return guess(*few, false);
        if (m_text)
            return guess(0, false);
        LabelGuess last = guess(lastWhere(&Guessing::isNumbers).value_or(m_last), false);
        last.number = isNumbers(m_kinds[last.column]) && last.values > 1;
        return last;
    }

private:
    /// The last column is of one word as far as was seen.
    bool goesOn() const
    {
        return !m_table.whole && m_kinds[m_last].words && m_kinds[m_last].different == 1;
    }
    static bool isNumbers(const Kinds& kinds) { return kinds.values > 0 && !kinds.words; }

    template <typename Wanted> std::optional<std::size_t> lastWhere(Wanted wanted) const
    {
        for (std::size_t i = m_last + 1; i > 0; --i)
            if (wanted(m_kinds[i - 1]))
                return i - 1;
        return std::nullopt;
    }

    std::optional<std::size_t> byName() const
    {
        const auto fits = [&](std::size_t i) {
            const bool edge = i == 0 || i == m_last;
            return isLabelName(m_table.names[i], edge)
                && (m_number ? isNumbers(m_kinds[i]) : !m_kinds[i].words || m_kinds[i].comeAgain());
        };
        if (fits(m_last))
            return m_last;
        for (std::size_t i = 0; i < m_last; ++i)
            if (fits(i))
                return i;
        return std::nullopt;
    }

    LabelGuess guess(std::size_t column, bool named) const
    {
        const Kinds& kinds = m_kinds[column];
        const bool many = !kinds.words && kinds.different > kFewNumbers;
        return {column, isNumbers(kinds) && (m_number || (many && (kinds.fractions || !named))),
                named, kinds.different};
    }

    const TableBeginning& m_table;
    std::size_t m_last;
    bool m_text;
    bool m_number;
    std::vector<Kinds> m_kinds;
};

} // namespace

LabelGuess guessedLabel(const TableBeginning& table, bool text, bool number)
{
    return Guessing(table, text, number).take();
}

Message toldGuess(const LabelGuess& guess, const std::string& name)
{
    if (guess.named)
        return {LB_TR("Data", "nobody said which column is the label, so it is column %1, which is "
                              "called as labels are; another one is chosen under Label in Data, or "
                              "with label of the Source"),
                {name}};
    if (guess.number)
        return {LB_TR("Data", "nobody said which column is the label, so it is column %1, the last one "
                              "of numbers; another one is chosen under Label in Data, or with label of "
                              "the Source"),
                {name}};
    if (guess.values > kFewWords)
        return {LB_TR("Data", "nobody said which column is the label, so it is column %1; another one "
                              "is chosen under Label in Data, or with label of the Source"),
                {name}};
    return {LB_TR("Data", "nobody said which column is the label, so it is column %1, which holds few "
                          "classes; another one is chosen under Label in Data, or with label of the "
                          "Source"),
            {name}};
}

} // namespace lb
