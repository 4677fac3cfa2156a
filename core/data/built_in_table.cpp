#include "core/data/built_in.h"
#include "core/data/table_schema.h"
#include "core/support/random_stream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace lb {
namespace {

/// What a draw is for.
enum Draw : std::uint32_t {
    kClass,
    kSex,
    kAge, // and kAge2
    kAge2,
    kAgeKnown,
    kSiblings,
    kParents,
    kFare, // and kFare2
    kFare2,
    kPort,
    kPortKnown,
    kDeck,
    kDeckKnown,
    kLived
};

/// Names of the fields, as in the table of the Titanic that people teach with.
const std::vector<std::string>& fieldNames()
{
    static const std::vector<std::string> names{"pclass", "sex",      "age",  "sibsp", "parch",
                                                "fare",   "embarked", "deck", "alone"};
    return names;
}

TableSchema ownSchema()
{
    using enum CellType;
    return {{"pclass", Integer, {}, {}}, {"sex", Text, {}, {}},      {"age", Number, {}, {}},
            {"sibsp", Integer, {}, {}},  {"parch", Integer, {}, {}}, {"fare", Number, {}, {}},
            {"embarked", Text, {}, {}},  {"deck", Text, {}, {}},     {"alone", Text, {}, {}}};
}

/// Standard normal numbers of two uniform ones. Source: Box and Muller 1958.
double normal(const RandomStream& random, std::uint32_t a, std::uint32_t b)
{
    const double u = 1.0 - static_cast<double>(random.uniform(a));
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * random.uniform(b));
}

std::string fixed(double value, int digits)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   std::chars_format::fixed, digits);
    return {text.data(), end.ptr};
}

template <std::size_t N>
std::size_t chosen(double u, const std::array<double, N>& upTo)
{
    std::size_t i = 0;
    while (i + 1 < N && u >= upTo[i])
        ++i;
    return i;
}

struct Passenger {
    std::string record;
    bool lived = false;
};

/// A made-up passenger of a made-up ship: who lives depends on sex, class, age, company and a
/// crossing of sex and class, and on luck.
Passenger passenger(std::uint64_t seed, std::int64_t index)
{
    const RandomStream random(StreamKey{seed}.child(0x5417), 0, static_cast<std::uint64_t>(index));
    const auto u = [&](std::uint32_t draw) { return static_cast<double>(random.uniform(draw)); };
    const auto level = 1 + chosen(u(kClass), std::array{0.24, 0.45, 1.0});
    const bool woman = u(kSex) < 0.36 + 0.04 * static_cast<double>(3 - level);
    const double age = std::clamp(44 - 6.0 * static_cast<double>(level) + 14 * normal(random, kAge, kAge2)
                                      - (u(kParents) > 0.9 ? 18 : 0),
                                  0.5, 80.0);
    const auto siblings = chosen(u(kSiblings), std::array{0.68, 0.91, 0.94, 0.96, 0.98, 1.0});
    const auto parents = chosen(u(kParents), std::array{0.76, 0.89, 0.98, 1.0});
    const double fare = std::exp(4.4 - 0.85 * static_cast<double>(level - 1)
                                 + 0.45 * normal(random, kFare, kFare2))
        * (1 + 0.3 * static_cast<double>(siblings + parents));
    static constexpr std::array kPorts{"S", "C", "Q"};
    const auto port = chosen(u(kPort), level == 1 ? std::array{0.6, 0.99, 1.0}
                                                  : std::array{0.72, 0.86, 1.0});
    const double deckDraw = u(kDeck);
    const char deck = static_cast<char>('A' + std::min(6.0, std::floor(deckDraw * 3.5)
                                                                + 2.0 * static_cast<double>(level - 1)));
    const double score = (woman ? 1.3 : -1.4) - 0.75 * (static_cast<double>(level) - 2)
        - (woman && level == 3 ? 1.1 : 0) + (age < 12 ? 1.6 : 0) - 0.015 * (age - 30)
        - (siblings > 2 ? 1.2 : 0) + (port == 1 ? 0.4 : 0);
    Passenger result;
    result.lived = u(kLived) < 1 / (1 + std::exp(-1.6 * score));
    const bool knowsAge = u(kAgeKnown) >= 0.18, knowsPort = u(kPortKnown) >= 0.01,
               knowsDeck = u(kDeckKnown) < (level == 1 ? 0.8 : 0.06);
    result.record = std::to_string(level) + (woman ? ",female," : ",male,")
        + (knowsAge ? fixed(std::round(age * 2) / 2, 1) : "") + ',' + std::to_string(siblings) + ','
        + std::to_string(parents) + ',' + fixed(fare, 4) + ',' + (knowsPort ? kPorts[port] : "")
        + ',' + (knowsDeck ? std::string(1, deck) : "") + ','
        + (siblings + parents == 0 ? "True" : "False");
    return result;
}

class MadeTable final : public MemoryTable, public HasSchema {
public:
    MadeTable(std::vector<std::pair<std::string, Tensor>> columns,
              std::vector<std::int64_t> labels, TableSchema schema)
        : MemoryTable(std::move(columns), std::move(labels), {"0", "1"})
        , m_schema(std::move(schema))
    {
    }
    const TableSchema& schema() const override { return m_schema; }
    TableFacts tableFacts() const override
    {
        TableFacts facts;
        for (const TableColumn& column : ownSchema())
            facts.columns.push_back({column.name, column.type, 0, 0, {}, 0});
        return facts;
    }

private:
    TableSchema m_schema;
};

} // namespace

Result<std::shared_ptr<const Source>> builtInTable(std::int64_t count, std::uint64_t seed,
                                                   const Config& columns)
{
    LB_TRY(wishes, wishedColumns(columns));
    TableSchema schema;
    const TableSchema own = ownSchema();
    for (WishedColumn& wish : wishes) {
        const auto known = std::ranges::find(own, wish.column.name, &TableColumn::name);
        if (!wish.typed && known != own.end())
            wish.column.type = known->type;
        schema.push_back(std::move(wish.column));
    }
    if (schema.empty())
        schema = own;
    std::vector<std::string> records;
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) {
        Passenger one = passenger(seed, i);
        records.push_back(std::move(one.record));
        labels.push_back(one.lived ? 1 : 0);
    }
    LB_TRY(tensors, tableOf(schema, fieldNames(), records));
    std::vector<std::pair<std::string, Tensor>> named;
    for (std::size_t i = 0; i < schema.size(); ++i)
        named.emplace_back(schema[i].name, std::move(tensors[i]));
    return std::shared_ptr<const Source>(std::make_shared<MadeTable>(
        std::move(named), std::move(labels), std::move(schema)));
}

} // namespace lb
