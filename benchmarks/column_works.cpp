#include "benchmarks/bench.h"
#include "benchmarks/models.h"

#include "core/data/csv_file.h"
#include "core/graph/flow.h"
#include "core/training/adapt.h"

#include <charconv>
#include <numeric>
#include <thread>

// Works on columns in memory: texts and tables that layers learn from.
namespace lb::bench {
namespace {

constexpr std::int64_t kCopies = 20; // of the news
constexpr std::int64_t kBatch = 1'024;

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

/// One layer learns from a column of `source`; equal states for one worker and for many first.
Result<Figures> adapting(const Setting& setting, std::string_view kerasClass, const Config& config,
                         const Source& source, const char* unit, int repeats)
{
    const Document document = learning(kerasClass, config);
    AdaptOptions options{.only = {}, .again = true, .heldOut = true, .workers = setting.cores,
                         .blockRows = kBatch};
    AdaptOptions alone = options;
    alone.workers = 1;
    LB_TRY(first, adapted(document, setting.registry, source, options));
    LB_TRY(reference, adapted(document, setting.registry, source, alone));
    const StateHandle state = stateIn(first), expected = stateIn(reference);
    if (!state || !expected || state->tensors != expected->tensors)
        return Error{ErrorCode::Internal, std::string(kerasClass),
                     LB_TR("Error", "what several workers learned is not what one learned")};
    const Timing timing = timed(
        [&] { static_cast<void>(adapted(document, setting.registry, source, options)); }, repeats);
    Figures figures{unit, timing.seconds, true, timing.othersCores};
    for (double& value : figures.values)
        value = static_cast<double>(source.size()) / value;
    return figures;
}

Config textConfig()
{
    return ConfigObject{{"max_tokens", 20'000}, {"output_sequence_length", 64}};
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
    return adapting(setting, "TextVectorization", textConfig(), *source, "strings/s", 3);
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
    const InputPass pass{rows, kBatch, 0, batchCount(all->size(), kBatch, false), 0};

    options.workers = 1;
    LB_TRY(alone, InputPipeline::make(document, setting.registry, all, options));
    pipeline->start(pass);
    alone->start(pass);
    LB_TRY(ours, pipeline->next());
    LB_TRY(reference, alone->next());
    if (Result<> same = agrees("ids", ours->x.front(), reference->x.front(), 0); !same.ok())
        return std::move(same.error());

    const Timing timing = timed(
        [&] {
            pipeline->start(pass);
            for (auto next = pipeline->next(); next.ok() && next.value(); next = pipeline->next()) {
            }
        },
        3);
    Figures figures{"strings/s", timing.seconds, true, timing.othersCores};
    for (double& value : figures.values)
        value = static_cast<double>(all->size()) / value;
    return figures;
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
                    5);
}

Result<Figures> adaptStringLookup(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {1}));
    return adapting(setting, "StringLookup", ConfigObject{}, *tableOf("cut", columnOf(columns[0])),
                    "rows/s", 5);
}

Result<Figures> adaptIntegerLookup(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {6}));
    std::vector<std::int64_t> prices;
    for (const std::string& field : columns[0])
        prices.push_back(numberOf<std::int64_t>(field));
    return adapting(setting, "IntegerLookup", ConfigObject{}, *tableOf("price", columnOf(prices)),
                    "rows/s", 5);
}

Result<Figures> adaptDiscretization(const Setting& setting)
{
    LB_TRY(columns, fieldsOf(setting.data / "tabular" / "diamonds.csv", true, {0}));
    std::vector<float> carats;
    for (const std::string& field : columns[0])
        carats.push_back(numberOf<float>(field));
    return adapting(setting, "Discretization", ConfigObject{{"num_bins", 16}},
                    *tableOf("carat", columnOf(carats)), "rows/s", 5);
}

} // namespace lb::bench
