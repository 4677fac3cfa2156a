#include "benchmarks/bench.h"
#include "benchmarks/models.h"
#include "benchmarks/pictures.h"

#include "core/data/csv_file.h"
#include "core/graph/flow.h"
#include "core/training/adapt.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

// Works on columns in memory: texts and tables that layers learn from.
namespace lb::bench {
namespace {

constexpr std::int64_t kCopies = 20; // of the news
constexpr std::int64_t kColumnBatch = 1'024;
constexpr std::int64_t kMostTokens = 20'000;
/// Blocks of a table are 64 times as large: one holds all rows, as the peers' arrays do.
constexpr std::int64_t kWholeTable = 1'024;

Result<std::vector<std::vector<std::string>>> fieldsOf(const std::filesystem::path& path,
                                                       bool header,
                                                       const std::vector<std::size_t>& wanted)
{
    CsvOptions options;
    options.dialect.header = header;
    LB_TRY(file, CsvFile::open(path, options));
    std::vector<std::int64_t> records(static_cast<std::size_t>(file->size()));
    std::iota(records.begin(), records.end(), 0);
    std::vector<std::vector<std::string>> columns(wanted.size());
    const Result<> read = file->read(records, [&](std::size_t, const CsvFields& fields) {
        for (std::size_t i = 0; i < wanted.size(); ++i)
            columns[i].emplace_back(fields[wanted[i]]);
        return Result<>(std::monostate{});
    });
    if (!read.ok())
        return read.error();
    return columns;
}

template <typename T> T numberOf(const std::string& field)
{
    T number{};
    std::from_chars(field.data(), field.data() + field.size(), number);
    return number;
}

/// `copies` times the rows, [n, 1].
template <typename T> Tensor columnOf(const std::vector<T>& values, std::int64_t copies = 1)
{
    return Tensor::make<T>({copies * std::ssize(values), 1}, [&](std::span<T> out) {
        for (std::int64_t copy = 0; copy < copies; ++copy)
            std::ranges::copy(values, out.begin() + copy * std::ssize(values));
    });
}

Result<std::vector<std::string>> newsTexts(const std::filesystem::path& data)
{
    LB_TRY(columns, fieldsOf(data / "text" / "ag_news.csv", false, {1, 2}));
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < columns[0].size(); ++i)
        texts.push_back(columns[0][i] + " " + columns[1][i]);
    return texts;
}

Document learning(std::string_view kerasClass, Config config)
{
    Chain chain;
    chain.pipeline(kerasClass, std::move(config)).model(flow::kBatch);
    return std::move(chain).done();
}

StateHandle stateIn(const Document& document)
{
    for (const auto& layer : document.layers)
        if (layer->adapted)
            return layer->adapted;
    return nullptr;
}

/// What a layer must have learned of a column; the error says what differs.
using Check = std::function<Result<>(const AdaptedState&)>;

/// One layer learns from a column of `source`, in blocks of `blockRows`. First it learns with one
/// worker and with all, which must give one state, and `check` compares that with plain loops.
Result<Figures> adapting(const Setting& setting, std::string_view kerasClass, const Config& config,
                         const Source& source, const char* unit, int repeats,
                         std::int64_t blockRows, const Check& check)
{
    const Document document = learning(kerasClass, config);
    AdaptOptions options{.only = {}, .again = true, .heldOut = true, .workers = setting.cores,
                         .blockRows = blockRows};
    AdaptOptions alone = options;
    alone.workers = 1;
    LB_TRY(first, adapted(document, setting.registry, source, options));
    LB_TRY(reference, adapted(document, setting.registry, source, alone));
    const StateHandle state = stateIn(first), expected = stateIn(reference);
    if (!state || !expected || state->tensors != expected->tensors)
        return Error{ErrorCode::Internal, std::string(kerasClass),
                     LB_TR("Error", "what several workers learned is not what one learned")};
    if (Result<> right = check(*state); !right.ok())
        return std::move(right.error());
    return perSecond(unit, source.size(), timed([&] {
                         static_cast<void>(
                             adapted(document, setting.registry, source, options));
                     }, repeats));
}

Error wrongState(const char* what)
{
    return {ErrorCode::Diverged, what, LB_TR("Error", "differs from what plain loops count")};
}

/// The tokens of a vocabulary and how often they came, against a plain count of the same.
template <typename Token>
Check countsAre(std::map<Token, std::int64_t> counted, std::size_t most = SIZE_MAX)
{
    return [counted = std::move(counted), most](const AdaptedState& state) -> Result<> {
        std::vector<std::pair<std::int64_t, Token>> order;
        for (const auto& [token, count] : counted)
            order.emplace_back(count, token);
        std::ranges::sort(order, std::greater<>());
        order.resize(std::min(order.size(), most));
        const auto tokens = state.tensors.at("vocabulary").values<Token>();
        const auto counts = state.tensors.at("counts").values<std::int64_t>();
        const bool same = tokens.size() == order.size() && counts.size() == order.size();
        for (std::size_t i = 0; same && i < order.size(); ++i)
            if (tokens[i] != order[i].second || counts[i] != order[i].first)
                return wrongState("vocabulary");
        return same ? Result<>(std::monostate{}) : wrongState("vocabulary");
    };
}

/// Words as TextVectorization's default makes them, byte by byte.
void forEachWord(const std::string& text, const std::function<void(const std::string&)>& take)
{
    std::string word;
    for (const char c : text + ' ') {
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (space && !word.empty())
            take(std::exchange(word, {}));
        else if (c >= 'A' && c <= 'Z')
            word += static_cast<char>(c + 32);
        else if (!space && std::string_view(R"(!"#$%&()*+,-./:;<=>?@[\]^_`{|}~')").find(c) == std::string_view::npos)
            word += c;
    }
}

std::map<std::string, std::int64_t> wordsOf(std::span<const std::string> texts, std::int64_t copies)
{
    std::map<std::string, std::int64_t> words;
    for (const std::string& text : texts)
        forEachWord(text, [&](const std::string& word) { words[word] += copies; });
    return words;
}

template <typename Token> std::map<Token, std::int64_t> counted(const std::vector<Token>& values)
{
    std::map<Token, std::int64_t> counts;
    for (const Token& value : values)
        ++counts[value];
    return counts;
}

struct Moments {
    std::vector<float> means, variances;
};

/// Of each column, by their definition.
Moments momentsOf(const Tensor& table)
{
    const auto x = table.values<float>();
    const auto width = static_cast<std::size_t>(table.shape()[1]);
    const auto rows = static_cast<double>(table.shape()[0]);
    Moments result;
    for (std::size_t column = 0; column < width; ++column) {
        double sum = 0, squares = 0;
        for (std::size_t i = column; i < x.size(); i += width)
            sum += static_cast<double>(x[i]);
        for (std::size_t i = column; i < x.size(); i += width)
            squares += std::pow(static_cast<double>(x[i]) - sum / rows, 2);
        result.means.push_back(static_cast<float>(sum / rows));
        result.variances.push_back(static_cast<float>(squares / rows));
    }
    return result;
}

/// Whether each boundary lies where its share of the rows does: within the sketch's 1 %, and what
/// equal values move it.
Result<> binsHoldAsMany(std::vector<float> values, std::span<const float> boundaries)
{
    std::ranges::sort(values);
    const auto rows = static_cast<double>(values.size());
    const auto bins = static_cast<double>(boundaries.size() + 1);
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
        const double slack = 0.015 * rows, wanted = static_cast<double>(i + 1) / bins * rows;
        const auto [low, high] = std::ranges::equal_range(
            values, boundaries[i], [](float a, float b) { return a < b - 0.005f; });
        if (static_cast<double>(low - values.begin()) > wanted + slack
            || static_cast<double>(high - values.begin()) < wanted - slack)
            return wrongState("bin_boundaries");
    }
    return std::monostate{};
}

/// The first batch's ids: 0 behind the end, 1 for words that are not in the vocabulary.
std::vector<float> idsOf(std::span<const std::string> texts,
                         std::span<const std::string> vocabulary)
{
    constexpr std::size_t width = 64;
    std::map<std::string_view, float> ids;
    for (std::size_t i = 0; i < vocabulary.size(); ++i)
        ids[vocabulary[i]] = static_cast<float>(i + 2);
    std::vector<float> result(static_cast<std::size_t>(kColumnBatch) * width, 0.0f);
    for (std::size_t row = 0; row < static_cast<std::size_t>(kColumnBatch); ++row) {
        std::size_t at = 0;
        forEachWord(texts[row], [&](const std::string& word) {
            if (at < width) {
                const auto found = ids.find(word);
                result[row * width + at++] = found == ids.end() ? 1.0f : found->second;
            }
        });
    }
    return result;
}

Config textConfig()
{
    return ConfigObject{{"max_tokens", kMostTokens}, {"output_sequence_length", 64}};
}

std::shared_ptr<MemoryTable> tableOf(const char* name, Tensor column)
{
    const auto rows = static_cast<std::size_t>(column.shape().front());
    return std::make_shared<MemoryTable>(
        std::vector<std::pair<std::string, Tensor>>{{name, std::move(column)}},
        std::vector<std::int64_t>(rows, 0), std::vector<std::string>{"only"});
}

} // namespace

Result<Figures> adaptText(const Setting& setting)
{
    LB_TRY(texts, newsTexts(setting.data));
    const auto source = tableOf("text", columnOf(texts, kCopies));
    return adapting(setting, "TextVectorization", textConfig(), *source, "strings/s", 3,
                    AdaptOptions().blockRows,
                    countsAre<std::string>(wordsOf(texts, kCopies), kMostTokens - 2));
}

Result<Figures> vectorizeText(const Setting& setting)
{
    LB_TRY(texts, newsTexts(setting.data));
    const auto once = tableOf("text", columnOf(texts));
    const auto all = tableOf("text", columnOf(texts, kCopies));
    LB_TRY(document,
           adapted(learning("TextVectorization", textConfig()), setting.registry, *once,
                   {.only = {}, .again = true, .heldOut = true, .workers = setting.cores}));
    InputOptions options;
    options.workers = setting.cores;
    LB_TRY(pipeline, InputPipeline::make(document, setting.registry, all, options));
    std::vector<std::int64_t> rows(static_cast<std::size_t>(all->size()));
    std::iota(rows.begin(), rows.end(), 0);
    const InputPass pass{rows, kColumnBatch, 0, batchCount(all->size(), kColumnBatch, false), 0};
    pipeline->start(pass);
    LB_TRY(ours, pipeline->next());
    const auto vocabulary = stateIn(document)->tensors.at("vocabulary").values<std::string>();
    if (Result<> same = agrees("ids", ours->x.front(), idsOf(texts, vocabulary), 0); !same.ok())
        return std::move(same.error());
    return perSecond("strings/s", all->size(), timed([&] { drain(*pipeline, pass); }, 3));
}

Result<Figures> adaptNormalization(const Setting& setting)
{
    LB_TRY(columns,
           fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {0, 4, 5, 6, 7, 8, 9}));
    const std::int64_t rows = std::ssize(columns[0]);
    const Tensor table = Tensor::make<float>({rows, 7}, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = numberOf<float>(columns[i % 7][i / 7]);
    });
    return adapting(setting, "Normalization", ConfigObject{}, *tableOf("numbers", table), "rows/s",
                    5, kWholeTable, [&](const AdaptedState& state) -> Result<> {
                        const Moments exact = momentsOf(table);
                        if (Result<> same = agrees("mean", state.tensors.at("mean").values<float>(),
                                                   exact.means, 1e-5);
                            !same.ok())
                            return same;
                        return agrees("variance", state.tensors.at("variance").values<float>(),
                                      exact.variances, 1e-5);
                    });
}

Result<Figures> adaptStringLookup(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {1}));
    return adapting(setting, "StringLookup", ConfigObject{}, *tableOf("cut", columnOf(columns[0])),
                    "rows/s", 5, kWholeTable, countsAre(counted(columns[0])));
}

Result<Figures> adaptIntegerLookup(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {6}));
    std::vector<std::int64_t> prices;
    for (const std::string& field : columns[0])
        prices.push_back(numberOf<std::int64_t>(field));
    return adapting(setting, "IntegerLookup", ConfigObject{}, *tableOf("price", columnOf(prices)),
                    "rows/s", 5, kWholeTable, countsAre(counted(prices)));
}

Result<Figures> adaptDiscretization(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {0}));
    std::vector<float> carats;
    for (const std::string& field : columns[0])
        carats.push_back(numberOf<float>(field));
    return adapting(setting, "Discretization", ConfigObject{{"num_bins", 16}},
                    *tableOf("carat", columnOf(carats)), "rows/s", 5, kWholeTable,
                    [&](const AdaptedState& state) {
                        return binsHoldAsMany(
                            carats, state.tensors.at("bin_boundaries").values<float>());
                    });
}

} // namespace lb::bench
