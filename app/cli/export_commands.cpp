#include "app/cli/commands.h"
#include "app/cli/exported_model.h"
#include "app/cli/trained_weights.h"
#include "core/graph/feature_spaces.h"
#include "core/graph/project_file.h"
#include "core/interop/bundle.h"
#include "core/interop/code/keras_code.h"
#include "core/interop/onnx/onnx_model.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/training/adapt.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>

namespace lb {
namespace {

struct ExportOptions {
    ProjectModelOptions project;
    std::string to, out;
    bool keep = false, replace = false;
};

std::string shortNumber(std::optional<double> value)
{
    if (!value)
        return "not run here";
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value,
                                   std::chars_format::scientific, 1);
    return {buffer.data(), end.ptr};
}

std::string namesOf(const std::vector<ExportReport::Layer>& layers)
{
    std::string names;
    for (const auto& layer : layers)
        names += (names.empty() ? "" : ", ") + layer.name;
    return names.empty() ? "none" : names;
}

void print(const ExportReport& report)
{
    if (!report.included.empty()) {
        std::printf("included: %s\n", namesOf(report.included).c_str());
        std::printf("removed: %s\n", namesOf(report.removed).c_str());
    }
    for (const ExportReport::File& file : report.files)
        std::printf("%12llu  %s\n", static_cast<unsigned long long>(file.bytes), file.name.c_str());
    for (std::size_t i = 0; i < report.samples.size(); ++i) {
        const ExportReport::Sample& sample = report.samples[i];
        const bool missed = !sample.label.empty() && sample.label != sample.predicted;
        std::printf("sample %zu (%s): %s %.3f%s, model.keras %s, model.onnx %s\n", i,
                    sample.name.c_str(), sample.predicted.c_str(), sample.probability,
                    missed ? (", is " + sample.label).c_str() : "",
                    shortNumber(sample.keras).c_str(), shortNumber(sample.onnx).c_str());
    }
    std::printf("model.keras agrees, largest difference %s\n",
                shortNumber(report.largest(&ExportReport::Sample::keras)).c_str());
    if (report.noOnnx)
        std::printf("model.onnx: not written, %s %s\n", report.noOnnx->where.c_str(),
                    english(report.noOnnx->message).c_str());
    else if (report.onnxRuntime.empty())
        std::printf("model.onnx: not run here, ONNX Runtime's library was not found\n");
    else
        std::printf("model.onnx agrees in ONNX Runtime %s, largest difference %s\n",
                    report.onnxRuntime.c_str(),
                    shortNumber(report.largest(&ExportReport::Sample::onnx)).c_str());
}

std::vector<std::int64_t> heldOutRows(const OpenedProject& project)
{
    if (project.heldOut)
        return {};
    const Recipe& recipe = project.document.recipe;
    return splitBy(project.source->size(), recipe.validationFraction,
                   static_cast<std::uint64_t>(recipe.seed))
        .validation;
}

Result<int> writeBundle(const ExportOptions& options, ProjectModel made,
                        const LayerRegistry& registry)
{
    BundleRequest request;
    request.source = made.project.heldOut ? made.project.heldOut : made.project.source;
    request.rows = heldOutRows(made.project);
    request.target = options.out;
    request.replace = options.replace;
    request.name = made.project.path.stem().string();
    request.provenance = ConfigObject{
        {"project", made.project.path.filename().string()},
        {"weights", made.model.trained ? "trained" : "initial"},
        {"weights_file", std::filesystem::path(made.weightsFile).filename().string()},
        {"seed", made.project.document.recipe.seed},
        {"data", made.project.source->dataHash()}};
    request.model = std::move(made.model);
    LB_TRY(report, exportBundle(request, registry));
    if (!report.noOnnx) // the model's own were told already
        tell(std::span(report.notes).subspan(request.model.notes.size()));
    print(report);
    return 0;
}

Result<int> writeModel(const ExportOptions& options, const LayerRegistry& registry)
{
    LB_TRY(made, projectModel(options.project, registry));
    const std::string name = made.project.path.stem().string();
    if (options.to == "bundle")
        return writeBundle(options, std::move(made), registry);
    LB_TRY(bytes,
           options.to == "keras" ? exportedKeras(made.model, registry, name)
                                 : exportedOnnx(made.model, registry));
    if (options.to == "onnx") {
        LB_TRY(flat, inferencePart(made.model.document, registry, made.model.inputs));
        tell(onnxLimits(flat));
    }
    const Result<> saved = saveAtomically(options.out, bytes);
    return saved.ok() ? Result<int>(0) : saved.error();
}

/// What a FeatureSpace is made of depends on what it learned: it learns first.
Result<Document> withLearnedSpaces(const OpenedProject& project, const LayerRegistry& registry)
{
    AdaptOptions options;
    options.heldOut = project.heldOut != nullptr;
    for (const auto& node : project.document.root().nodes)
        if (const LayerDef* layer = project.document.layerOf(node->id);
            isFeatureSpace(project.document, *node) && !layer->adapted)
            options.only.push_back(layer->id);
    return options.only.empty()
        ? Result<Document>(project.document)
        : adapted(project.document, registry, *project.source, options);
}

Result<int> writeCode(const ExportOptions& options, const LayerRegistry& registry)
{
    LB_TRY(project, openProject(options.project.project, options.project.data));
    CodeRequest request;
    request.language = options.to == "r" ? CodeLanguage::R : CodeLanguage::Python;
    request.name = project.path.stem().string();
    if (Result<> named = needSource(project); !named.ok() && !options.project.data.empty())
        return std::move(named.error());
    standIn(project); // only the columns' shapes count
    request.inputs = batchedColumns(*project.source);
    LB_TRY(document, withLearnedSpaces(project, registry));
    LB_TRY(code, kerasCode(document, registry, request));
    const Result<> saved = saveAtomically(options.out, code);
    return saved.ok() ? Result<int>(0) : saved.error();
}

ProjectFiles filesRead(const ProjectModelOptions& options)
{
    const auto document = loadProject(options.project, {}); // whose errors are told when it is read
    ProjectFiles files = document.ok() ? filesOf(document.value(), options.project)
                                       : ProjectFiles{options.project, {}};
    const auto folder = std::filesystem::path(options.project).parent_path();
    const auto weights = weightsFile(options.project, options.weights, folder);
    files.weights = weights.ok() ? weights.value().path : std::filesystem::path(options.weights);
    if (files.weights == weightsBeside(options.project) && options.weights.empty())
        files.weights.clear();
    files.data.emplace_back(options.data);
    return files;
}

Result<int> runExport(const ExportOptions& options, const LayerRegistry& registry)
{
    std::error_code ignored;
    if (options.keep && std::filesystem::exists(options.out, ignored))
        return Error{ErrorCode::Io, options.out,
                     LB_TR("Error", "is there already; choose another name or replace it")};
    if (Result<> other = checkNotOwnFile(filesRead(options.project), options.out); !other.ok())
        return other.error();
    if (const auto may = mayWriteWeights(options.out, options.project.project); !may.ok())
        return may.error();
    if (options.to == "bundle" && !options.replace && bundleExists(options.out))
        return Error{ErrorCode::Io, options.out,
                     LB_TR("Error", "is a bundle already; choose another name or add --replace")};
    return options.to == "python" || options.to == "r" ? writeCode(options, registry)
                                                       : writeModel(options, registry);
}

Result<int> verify(const std::string& path, const LayerRegistry& registry)
{
    LB_TRY(report, verifiedBundle(path, registry));
    std::printf("%zu files are as they were written\n", report.files.size());
    report.files.clear();
    print(report);
    return 0;
}

} // namespace

void addExportCommands(CLI::App& app, Context& context)
{
    auto options = std::make_shared<ExportOptions>();
    CLI::App* command = app.add_subcommand("export", "Write a model that others can use");
    command->add_option("project", options->project.project, "A project (.lbench)")->required();
    command->add_option("--to", options->to, "bundle, keras, onnx, python or r")
        ->required()
        ->check(oneOf({"bundle", "keras", "onnx", "python", "r"}));
    command->add_option("--out", options->out, "A folder or .zip for a bundle, else a file")
        ->required();
    command->add_option("--weights", options->project.weights,
                        kWeightsHelp);
    command->add_option("--data", options->project.data, "Where the project's data are");
    CLI::Option* keep = command->add_flag("--keep", options->keep,
                                          "Refuse to write over a file that is there, too");
    command->add_flag("--replace", options->replace, "Write a bundle over one that is there")
        ->excludes(keep);
    command->callback([&context, options] {
        context.run = [&context, options] { return runExport(*options, context.registry); };
    });

    auto bundle = std::make_shared<std::string>();
    command = app.add_subcommand("verify", "Check a bundle's checksums and predict its samples");
    command->add_option("bundle", *bundle, "A folder or a .zip")->required();
    command->callback([&context, bundle] {
        context.run = [&context, bundle] { return verify(*bundle, context.registry); };
    });
}

} // namespace lb
