#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/exported_model.h"
#include "app/cli/trained_weights.h"
#include "core/interop/bundle.h"
#include "core/interop/predictor.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace lb {
namespace {

constexpr std::int64_t kTop = 5;
constexpr const char* kExamples
    = "Examples:\n"
      "  layerbench-cli predict shapes.bundle --input photo.jpg\n"
      "  layerbench-cli predict ship.bundle --input rows.csv      a header, then a row a line\n"
      "  layerbench-cli predict ship.bundle --input row.json      {\"age\": 22, \"sex\": \"male\",\n"
      "                                                           \"deck\": null, ..} or a list of such\n"
      "  layerbench-cli predict news.bundle --input lines.txt     a sentence a line\n"
      "  layerbench-cli predict news.bundle --input list.json     [\"a sentence\", \"another one\"]\n"
      "  echo 'a sentence' | layerbench-cli predict news.bundle --input -\n"
      "  head -3 rows.csv | layerbench-cli predict ship.bundle --input -";

struct PredictOptions {
    std::string model, output, weights, data;
    std::vector<std::string> inputs;
    std::int64_t top = kTop;
    bool json = false;
};

/// The rows of one input, and where they came from.
struct Answer {
    std::string name;
    Tensor predictions; ///< [rows, ...]
};

/// A file's path, after its input's name was checked and taken off.
Result<std::string> pathOf(const std::string& input, const Predictor& predictor)
{
    const std::size_t equals = input.find('=');
    std::error_code ignored;
    if (equals == std::string::npos || std::filesystem::exists(input, ignored))
        return input;
    const std::string name = input.substr(0, equals);
    std::string names;
    for (const Column& known : predictor.inputs())
        names += (names.empty() ? "" : ", ") + known.name;
    if (predictor.inputs().size() != 1 || name != names)
        return Error{ErrorCode::NotFound,
                     name,
                     {LB_TR("Error", "is no input of the model; it has: %1, which one file of "
                                     "columns gives together"),
                      {names}}};
    return input.substr(equals + 1);
}

constexpr std::string_view kStandardInput = "-";

/// What somebody pipes in: sentences, or rows as JSON. Errors: TooLarge, Io.
Result<std::string> pipedText()
{
    const std::size_t most = Limits{}.jsonBytes;
    std::string text;
    std::vector<char> piece(std::size_t{1} << 16);
    while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), stdin)) {
        text.append(piece.data(), count);
        if (text.size() > most)
            return Error{ErrorCode::TooLarge,
                         "standard input",
                         {LB_TR("Error", "holds more than %1 bytes; give it as a file"),
                          {static_cast<std::int64_t>(most)}}};
    }
    if (std::ferror(stdin))
        return Error{ErrorCode::Io, "standard input", LB_TR("Error", "cannot be read")};
    return text;
}

/// The rows of one input; what it holds and the model does not read is told.
Result<std::vector<Tensor>> rowsOf(const std::string& path, const Predictor& predictor)
{
    std::vector<Message> hints;
    const auto piped = [&]() -> Result<std::vector<Tensor>> {
        LB_TRY(text, pipedText());
        return rowsIn(predictor, text, "standard input", hints);
    };
    Result<std::vector<Tensor>> rows
        = path == kStandardInput ? piped() : readRows(predictor, path, &hints);
    for (const Message& hint : hints)
        std::fprintf(stderr, "layerbench-cli: hint: %s: %s\n", path.c_str(),
                     english(hint).c_str());
    return rows;
}

/// An archive without a table does not say what stands for a missing cell: one that is there is told.
void warnOfMissing(const std::string& path, const Predictor& predictor,
                   std::span<const Tensor> rows)
{
    if (!predictor.model().table.empty() || rows.size() < 2)
        return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool text = rows[i].dtype() == DType::String;
        const bool number = rows[i].dtype() == DType::Float32;
        const auto isNone = [](float x) { return std::isnan(x); };
        if (text ? std::ranges::any_of(rows[i].values<std::string>(), &std::string::empty)
                 : number && std::ranges::any_of(rows[i].values<float>(), isNone))
            std::fprintf(stderr, "layerbench-cli: warning: %s: %s\n", path.c_str(),
                         english({LB_TR("Error", "%1 has cells without a value, and the archive does not "
                                                 "say what stands for them, so they are %2; fill them in, "
                                                 "or predict with the bundle or the project"),
                                  {predictor.inputs()[i].name,
                                   std::string(text ? "an empty text" : "NaN")}})
                             .c_str());
    }
}

/// The best classes of one prediction, first the best.
std::vector<std::pair<std::string, double>> bestOf(std::span<const float> p,
                                                   const std::vector<std::string>& labels,
                                                   std::int64_t top)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(std::max<std::int64_t>(top, 0))));
    std::vector<std::pair<std::string, double>> best;
    for (const std::size_t i : order)
        best.emplace_back(labels.size() == p.size() ? labels[i] : std::to_string(i),
                          static_cast<double>(p[i]));
    return best;
}

/// A model that estimates one number has no classes.
bool isNumber(std::span<const float> p, const std::vector<std::string>& labels)
{
    return p.size() == 1 && labels.empty();
}

/// Each row of all answers, as visit(name, numbers).
template <typename Visit> void forEachRow(const std::vector<Answer>& answers, Visit&& visit)
{
    for (const Answer& answer : answers) {
        const std::int64_t rows = answer.predictions.shape().front();
        const auto numbers = answer.predictions.values<float>();
        const std::size_t width = numbers.size() / static_cast<std::size_t>(rows);
        for (std::int64_t row = 0; row < rows; ++row)
            visit(rows == 1 ? answer.name : answer.name + "[" + std::to_string(row) + "]",
                  numbers.subspan(static_cast<std::size_t>(row) * width, width));
    }
}

void print(const std::vector<Answer>& answers, const PredictOptions& options,
           const std::vector<std::string>& labels)
{
    if (options.json) {
        ConfigList list;
        forEachRow(answers, [&](const std::string& name, std::span<const float> p) {
            if (isNumber(p, labels)) {
                list.push_back(ConfigObject{{"input", name}, {"value", static_cast<double>(p[0])}});
                return;
            }
            ConfigList classes;
            for (const auto& [label, probability] : bestOf(p, labels, options.top))
                classes.push_back(ConfigObject{{"class", label}, {"probability", probability}});
            list.push_back(ConfigObject{{"input", name}, {"classes", std::move(classes)}});
        });
        std::fputs(writeJson(list, JsonStyle::Canonical).c_str(), stdout);
        return;
    }
    const bool several = answers.size() > 1 || answers.front().predictions.shape().front() > 1;
    forEachRow(answers, [&](const std::string& name, std::span<const float> p) {
        if (several && options.top > 0)
            std::printf("# %s\n", name.c_str());
        if (isNumber(p, labels)) {
            std::printf("%.6f\n", static_cast<double>(p[0]));
            return;
        }
        for (const auto& [label, probability] : bestOf(p, labels, options.top))
            std::printf("%s\t%.6f\n", label.c_str(), probability);
    });
}

Result<PreparedModel> modelOf(const PredictOptions& options, const LayerRegistry& registry)
{
    const std::filesystem::path path = options.model;
    if (path.extension() == ".lbench")
        return modelOfProject({options.model, options.weights, options.data}, registry);
    if (path.extension() == ".keras") {
        LB_TRY(archive, readKerasArchive(path, registry));
        return preparedModel(std::move(archive));
    }
    if (!looksLikeBundle(path))
        return Error{ErrorCode::NotFound, options.model,
                     LB_TR("Error", "is neither a bundle, nor a project (.lbench), nor a Keras "
                                    "archive (.keras)")};
    LB_TRY(bundle, openBundle(path));
    LB_TRY(archive, readKerasArchive(bundle.kerasFile(), registry));
    PreparedModel model = preparedModel(std::move(archive));
    model.labels = bundle.labels;
    return model;
}

Result<int> predict(const PredictOptions& options, const LayerRegistry& registry)
{
    if (options.top == 0 && options.output.empty())
        return Error{ErrorCode::BadParameter, "--top",
                     LB_TR("Error", "must be at least 1, or 0 with --output, which gets all numbers")};
    LB_TRY(model, modelOf(options, registry));
    LB_TRY(predictor, Predictor::make(std::move(model), registry));
    std::vector<Answer> answers;
    std::vector<Tensor> all;
    for (const std::string& input : options.inputs) {
        LB_TRY(path, pathOf(input, predictor));
        LB_TRY(rows, rowsOf(path, predictor));
        warnOfMissing(path, predictor, rows);
        Result<Tensor> y = predictor.predict(rows);
        if (!y.ok())
            return Error{y.error().code, path, y.error().message};
        if (y.value().dtype() != DType::Float32 || y.value().shape().empty())
            return Error{ErrorCode::Unsupported, path,
                         LB_TR("Error", "the model's answer is no list of numbers")};
        all.push_back(y.value());
        answers.push_back({path, std::move(y.value())});
    }
    if (!options.output.empty()) {
        LB_TRY(whole, stacked(all));
        if (Result<> saved = saveAtomically(options.output, encodeNpy(whole)); !saved.ok())
            return std::move(saved.error());
    }
    print(answers, options, predictor.model().labels);
    return 0;
}

} // namespace

void addPredictCommands(CLI::App& app, Context& context)
{
    auto options = std::make_shared<PredictOptions>();
    CLI::App* command = app.add_subcommand(
        "predict", "Predict: a line `class<TAB>probability` for each of the best classes");
    command->add_option("model", options->model, "A bundle, a project or a Keras archive")
        ->required();
    command
        ->add_option("--input", options->inputs,
                     "[NAME=]FILE: a picture, a sound (.wav), sentences (.txt, one a line), rows of a "
                     "table (.csv, .json), or .npy; - for sentences, JSON or a table with a header from "
                     "standard input; "
                     "again for several")
        ->required();
    command->footer(kExamples);
    command->add_option("--output", options->output, "Gets all numbers (.npy)");
    command->add_option("--top", options->top, "How many classes are printed (5)")
        ->check(atLeast(0));
    command->add_option("--weights", options->weights,
                        kWeightsHelp);
    command->add_option("--data", options->data, "Where a project's data are");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([&context, options] {
        context.run = [&context, options] { return predict(*options, context.registry); };
    });
}

} // namespace lb
