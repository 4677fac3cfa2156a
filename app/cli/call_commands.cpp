#include "app/cli/call_annotations.h"
#include "app/cli/call_mistakes.h"
#include "app/cli/commands.h"
#include "core/conform/conform.h"
#include "core/conform/layer_call.h"
#include "core/conform/numbers.h"
#include "core/conform/ragged_call.h"
#include "core/layers/known_keys.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace lb {
namespace {

struct CallOptions {
    std::string layer, output, adapt, dtype, transformation, weights, state, caseFolder, out,
        masks, boxes;
    std::vector<std::string> inputs;
    bool training = false;
    std::uint64_t seed = 0;
};

struct ConformOptions {
    std::string cases, answers;
    std::vector<std::string> only;
    bool json = false;
};

Result<Config> readJson(const std::string& path)
{
    LB_TRY(bytes, readFile(path, Limits{}.jsonBytes));
    Result<Config> json = parseJson(bytes);
    if (!json.ok())
        json.error().where = path + (json.error().where.empty() ? "" : ", " + json.error().where);
    return json;
}

/// A number at the end of a file's stem: "w10" stands behind "w9".
std::pair<std::int64_t, std::string> byNumber(const std::filesystem::path& path)
{
    const std::string stem = path.stem().string();
    const std::size_t digits = stem.find_last_not_of("0123456789") + 1;
    const std::string tail = stem.substr(std::min(digits, stem.size()));
    return {tail.empty() || tail.size() > 9 ? 0 : std::stoll(tail), stem};
}

Result<std::vector<Tensor>> readWeights(const std::string& folder)
{
    std::vector<std::filesystem::path> paths;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
        if (entry.path().extension() == ".npy")
            paths.push_back(entry.path());
    if (failed)
        return Error{ErrorCode::NotFound,
                     folder,
                     {LB_TR("Error", "cannot be listed: %1"), {failed.message()}}};
    std::ranges::sort(paths, {}, byNumber);
    std::vector<Tensor> weights;
    for (const auto& path : paths) {
        LB_TRY(weight, readValue(path));
        weights.push_back(std::move(weight));
    }
    return weights;
}

Result<StateHandle> readState(const std::string& path)
{
    LB_TRY(json, readJson(path));
    auto state = std::make_shared<AdaptedState>();
    const auto* object = json.as<ConfigObject>();
    if (!object)
        return Error{ErrorCode::BadFile, path, LB_TR("Error", "needs an object of named tensors")};
    for (const auto& [name, value] : *object) {
        Result<Tensor> tensor = tensorOf(value);
        if (!tensor.ok())
            return Error{tensor.error().code, path + ": " + name, tensor.error().message};
        // lists of numbers are float32, as in a layer; tokens are what they are
        const bool plain = !value.find("dtype") && name != "vocabulary";
        state->tensors.emplace(name,
                               plain ? converted(tensor.value(), DType::Float32) : tensor.value());
    }
    return StateHandle(std::move(state));
}

/// The columns of a .json file that holds a table; empty for everything else.
Result<TableColumns> readTable(const std::string& path)
{
    if (!path.ends_with(".json"))
        return TableColumns();
    LB_TRY(json, readJson(path));
    if (!isTable(json))
        return TableColumns();
    Result<TableColumns> table = tableColumns(json);
    if (!table.ok())
        table.error().where = path + ", " + table.error().where;
    return table;
}

Result<LayerCall> readCall(const CallOptions& options)
{
    LayerCall call;
    LB_TRY(layer, readJson(options.layer));
    if (Result<> fine = checkLayerFile(layer); !fine.ok())
        return Error{fine.error().code, options.layer, fine.error().message};
    call.layer = std::move(layer);
    std::optional<DType> dtype;
    if (!options.dtype.empty()) {
        dtype = dtypeNamed(options.dtype);
        if (!dtype)
            return noDType(options.dtype);
    }
    for (const std::string& path : options.inputs) {
        LB_TRY(table, readTable(path));
        call.table.insert(table.begin(), table.end());
        if (!table.empty())
            continue;
        LB_TRY(input, readValue(path));
        if (dtype == DType::String && path.ends_with(".json") && elementCount(input.shape()) == 0)
            input = Tensor::make<std::string>(input.shape(), [](std::span<std::string>) {});
        if (dtype && (*dtype == DType::String) != (input.dtype() == DType::String))
            return Error{ErrorCode::BadParameter,
                         "--dtype",
                         {LB_TR("Error", "numbers and strings are not made of each other: %1 holds %2"),
                          {path, std::string(nameOf(input.dtype()))}}};
        call.inputs.push_back(dtype ? converted(input, *dtype) : std::move(input));
    }
    std::optional<Tensor> masks;
    std::optional<Config> boxes;
    if (!options.masks.empty()) {
        LB_TRY(read, readValue(options.masks));
        masks = std::move(read);
    }
    if (!options.boxes.empty()) {
        LB_TRY(read, readJson(options.boxes));
        boxes = std::move(read);
    }
    if (Result<> added = addAnnotations(call, masks, boxes); !added.ok())
        return added.error();
    call.training = options.training || !options.transformation.empty();
    call.seed = options.seed;
    if (!options.transformation.empty()) {
        LB_TRY(transformation, readJson(options.transformation));
        call.transformation = std::move(transformation);
    }
    if (!options.adapt.empty()) {
        LB_TRY(table, readTable(options.adapt));
        call.adaptTable = std::move(table);
    }
    if (!options.adapt.empty() && call.adaptTable.empty()) {
        LB_TRY(data, readValue(options.adapt));
        call.adapt = std::move(data);
    }
    const auto none = [](const Tensor& tensor) { return elementCount(tensor.shape()) == 0; };
    if ((call.adapt && none(*call.adapt))
        || std::ranges::any_of(call.adaptTable, [&](const auto& one) { return none(one.second); }))
        return Error{ErrorCode::BadParameter, options.adapt,
                     LB_TR("Error", "holds nothing to learn from; give at least one row, or leave "
                                    "--adapt away")};
    if (!options.weights.empty()) {
        LB_TRY(weights, readWeights(options.weights));
        call.weights = std::move(weights);
    }
    if (!options.state.empty()) {
        LB_TRY(state, readState(options.state));
        call.state = std::move(state);
    }
    return call;
}

/// A sound as [1, samples, channels], from [samples] or [channels, samples].
Tensor soundBatch(const Tensor& rows)
{
    const std::int64_t samples = rows.shape().back();
    const std::int64_t channels = rows.shape().size() == 1 ? 1 : rows.shape()[0];
    const auto from = rows.values<float>();
    return Tensor::make<float>({1, samples, channels}, [&](std::span<float> out) {
        for (std::size_t i = 0; i < from.size(); ++i)
            out[i % static_cast<std::size_t>(samples) * static_cast<std::size_t>(channels)
                + i / static_cast<std::size_t>(samples)]
                = from[i];
    });
}

/// Whether the layer is called with batches that have time and channels.
bool takesChannels(const Config& layer, const LayerRegistry& registry)
{
    const Config* name = layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    const auto type = kerasClass ? registry.find(*kerasClass) : Result<const LayerType*>(nullptr);
    if (!type.ok() || !type.value())
        return false;
    const auto examples = type.value()->contractExamples();
    return !examples.empty() && examples.front().inputs.front().shape.size() == 3;
}

/// The outputs by name where the layer has names for them.
Config namedResults(const Config& layer, const LayerRegistry& registry, std::span<const Tensor> outputs)
{
    const Config* name = layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    const auto type = registry.find(kerasClass ? *kerasClass : "");
    const Config* config = layer.find("config");
    return type.ok() ? tableOfResults(*type.value(), config ? *config : Config(ConfigObject{}), outputs)
                     : Config();
}

/// Images with what belongs to them: a file of lists gets all of it; beside an array of images the
/// masks get one of their own, and the boxes are printed.
Result<int> writeAnnotated(const std::string& output, const LayerCall& call,
                           const LayerAnswer& answer)
{
    if (output.ends_with(".json")) {
        const Config all = movedDictionary(call, answer.outputs);
        const Result<> written
            = saveAtomically(output, writeJson(all, JsonStyle::Compact) + "\n");
        return written.ok() ? Result<int>(0) : written.error();
    }
    if (Result<> saved = saveAtomically(output, encodeNpy(answer.outputs.front())); !saved.ok())
        return saved.error();
    if (const Tensor* masks = movedMasks(call, answer.outputs)) {
        std::filesystem::path path = output;
        path.replace_extension(".masks.npy");
        if (Result<> saved = saveAtomically(path, encodeNpy(*masks)); !saved.ok())
            return saved.error();
    }
    if (const Config boxes = movedBoxes(call, answer.outputs); !boxes.isNull())
        std::printf("%s\n", writeJson(boxes, JsonStyle::Compact).c_str());
    return 0;
}

/// Keras calls its layers of images as in training unless it is told otherwise.
void tellOfTraining(const LayerCall& call, const std::string& file, const LayerRegistry& registry)
{
    const auto* name = call.layer.find("class_name");
    const auto type = registry.find(name && name->as<std::string>() ? *name->as<std::string>() : "");
    if (type.ok() && !call.training && type.value()->about().trainOnly)
        std::fprintf(stderr,
                     "layerbench-cli: %s: %s passes its input on at inference; --training calls it "
                     "as in training\n",
                     file.c_str(), std::string(type.value()->kerasClass()).c_str());
}

Result<int> callLayer(const CallOptions& options, const LayerRegistry& registry)
{
    const auto missing = [](const char* option) {
        return Error{ErrorCode::BadParameter, option, LB_TR("Error", "a value is needed")};
    };
    if (!options.caseFolder.empty()) {
        if (options.out.empty())
            return missing("--out");
        const Result<> done = answerCase(options.caseFolder, options.out, registry);
        return done.ok() ? Result<int>(0) : done.error();
    }
    if (options.layer.empty())
        return missing("--layer");
    if (options.inputs.empty())
        return missing("--input");
    if (options.output.empty())
        return missing("--output");
    LB_TRY(call, readCall(options));
    if (Result<> known = checkKeys(call.layer, registry); !known.ok())
        return Error{known.error().code, options.layer + ": " + known.error().where,
                     known.error().message};
    for (std::size_t i = 0; i < options.inputs.size() && i < call.inputs.size(); ++i)
        if (options.inputs[i].ends_with(".wav") && takesChannels(call.layer, registry))
            call.inputs[i] = soundBatch(converted(call.inputs[i], DType::Float32));
    Result<LayerAnswer> answers = answered(call, registry);
    if (!answers.ok())
        return ofCall(std::move(answers.error()), options.layer, call, registry, !options.dtype.empty());
    const LayerAnswer answer = std::move(answers.value());
    tellOfTraining(call, options.layer, registry);
    if (!call.roles.empty())
        return writeAnnotated(options.output, call, answer);
    const Tensor& y = answer.outputs.at(0);
    const bool json = options.output.ends_with(".json");
    if (answer.ragged) {
        if (!json)
            return Error{ErrorCode::BadParameter, options.output,
                         LB_TR("Error", "the rows have different lengths; let the file end in .json")};
        LB_TRY(rows, raggedLists(answer));
        const Result<> written
            = saveAtomically(options.output, writeJson(rows, JsonStyle::Compact) + "\n");
        return written.ok() ? Result<int>(0) : written.error();
    }
    if (const Config table = namedResults(call.layer, registry, answer.outputs); !table.isNull()) {
        if (!json)
            return Error{ErrorCode::BadParameter, options.output,
                         LB_TR("Error", "the layer gives several values; let the file end in .json")};
        const Result<> written
            = saveAtomically(options.output, writeJson(table, JsonStyle::Compact) + "\n");
        return written.ok() ? Result<int>(0) : written.error();
    }
    if (!json && y.dtype() == DType::String)
        return Error{ErrorCode::BadParameter, options.output,
                     LB_TR("Error", "the layer gives strings; let the file end in .json")};
    const Result<> saved = saveAtomically(
        options.output, json ? writeJson(listsOf(y), JsonStyle::Compact) + "\n" : encodeNpy(y));
    return saved.ok() ? Result<int>(0) : saved.error();
}

std::string shortNumber(double value)
{
    std::array<char, 32> buffer{};
    if (std::isinf(value))
        return "inf";
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::scientific, 1);
    return {buffer.data(), end.ptr};
}

void print(const ConformReport::Row& row)
{
    std::printf("%-28s %6d %7d %9s", row.kerasClass.c_str(), row.cases, row.failed,
                row.cases == row.answered ? "-" : shortNumber(row.worst).c_str());
    if (row.answered)
        std::printf("  %d not judged", row.answered);
    std::printf("\n");
}

Config described(const ConformReport::Row& row)
{
    return ConfigObject{{"class", row.kerasClass},
                        {"cases", row.cases},
                        {"failed", row.failed},
                        {"not_judged", row.answered},
                        {"worst", row.worst}};
}

Config described(const ConformReport& report)
{
    static constexpr std::array<const char*, 4> status{"agrees", "differs", "failed", "answered"};
    ConfigList rows, cases;
    for (const auto& row : report.rows())
        rows.push_back(described(row));
    for (const CaseReport& one : report.cases)
        cases.push_back(ConfigObject{{"path", one.path},
                                     {"class", one.kerasClass},
                                     {"status", status.at(static_cast<std::size_t>(one.status))},
                                     {"worst", one.worst},
                                     {"reason", one.reason}});
    return ConfigObject{{"rows", std::move(rows)},
                        {"total", described(report.total())},
                        {"cases", std::move(cases)}};
}

Result<int> conform(const ConformOptions& options, const LayerRegistry& registry)
{
    ConformRequest request;
    request.cases = options.cases;
    request.answers = options.answers;
    request.only = {options.only.begin(), options.only.end()};
    request.onCase = [](const CaseReport& report) {
        if (report.failed())
            std::fprintf(stderr, "%s: %s\n", report.path.c_str(), report.reason.c_str());
    };
    LB_TRY(report, conformed(request, registry));
    const ConformReport::Row total = report.total();
    if (options.json) {
        std::fputs(writeJson(described(report), JsonStyle::Canonical).c_str(), stdout);
    } else {
        std::printf("%-28s %6s %7s %9s\n", "class", "cases", "failed", "worst");
        for (const auto& row : report.rows())
            print(row);
        print(total);
    }
    std::fflush(stdout);
    if (total.cases == 0)
        return Error{ErrorCode::NotFound, options.cases,
                     LB_TR("Error", "holds no case that was asked for")};
    if (total.failed)
        return Error{ErrorCode::Diverged,
                     "",
                     {LB_TR("Error", "%1 of %2 cases failed"),
                      {std::int64_t{total.failed}, std::int64_t{total.cases}}}};
    return 0;
}

} // namespace

void addCallCommands(CLI::App& app, Context& context)
{
    auto call = std::make_shared<CallOptions>();
    CLI::App* command = app.add_subcommand("call", "Call a layer like a function");
    command->add_option("--layer", call->layer, "A layer as Keras serialises it (.json)");
    command->add_option("--input", call->inputs, "What it is called with; again for each input");
    command->add_option("--output", call->output, "Gets the result (.npy; .json, for strings always)");
    command->add_option("--adapt", call->adapt, "Data to learn from before the call");
    command->add_flag("--training", call->training, "Call it as in training");
    command->add_option("--seed", call->seed, "Of draws and first weights");
    command->add_option("--dtype", call->dtype,
                        "Converts the inputs first (float16, int64, ..); a policy stands in the layer's "
                        "config");
    command->add_option("--transformation", call->transformation,
                        "What a random layer drew (.json); implies --training");
    command->add_option("--weights", call->weights, "A folder of .npy files in Keras' order");
    command->add_option("--state", call->state, "What was learned before (.json)");
    command->add_option("--masks", call->masks,
                        "The class of every pixel of the images (.npy); Y.masks.npy beside the "
                        "output gets what became of it");
    command->add_option("--boxes", call->boxes,
                        "Boxes of the images, {\"boxes\": ..., \"labels\": ...} in the layer's "
                        "bounding_box_format (.json); what became of them is printed in that form");
    command->add_option("--case", call->caseFolder, "A folder with a call written down");
    command->add_option("--out", call->out, "Gets the answers of --case");
    command->callback([&context, call] {
        context.run = [&context, call] { return callLayer(*call, context.registry); };
    });

    auto options = std::make_shared<ConformOptions>();
    CLI::App* conformCommand
        = app.add_subcommand("conform", "Answer written cases and compare with their numbers");
    conformCommand->add_option("cases", options->cases, "A folder or a .zip of cases")->required();
    conformCommand->add_option("--only", options->only, "Classes, separated by commas")
        ->delimiter(',');
    conformCommand->add_option("--answers", options->answers, "A folder that gets every answer");
    conformCommand->add_flag("--json", options->json, "Print the report as JSON");
    conformCommand->callback([&context, options] {
        context.run = [&context, options] { return conform(*options, context.registry); };
    });
}

} // namespace lb
