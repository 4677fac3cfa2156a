#include "core/interop/bundle.h"

#include "core/graph/flow.h"
#include "core/interop/bundle_manifest.h"
#include "core/interop/bundle_samples.h"
#include "core/interop/bundle_script.h"
#include "core/interop/onnx/onnx_model.h"
#include "core/interop/scratch_folder.h"
#include "core/interop/zip.h"
#include "core/support/files.h"
#include "core/support/process.h"
#include "core/support/sha256.h"
#include "core/support/version.h"
#include "core/tensor/npy.h"

#include <algorithm>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr double kSteps = 7; // of an export's progress

bool isFlow(std::string_view kerasClass)
{
    return kerasClass == flow::kSource || kerasClass == flow::kBatch || kerasClass == flow::kOutput
        || kerasClass == flow::kInput;
}

std::vector<ExportReport::Layer> layersOf(const FlatModel& model)
{
    std::vector<ExportReport::Layer> layers;
    for (const CallOrigin& call : model.calls)
        if (call.type && !isFlow(call.type->kerasClass()))
            layers.push_back({call.name, std::string(call.type->kerasClass()), call.node});
    return layers;
}

bool isZip(const fs::path& path)
{
    return path.extension() == ".zip";
}

bool isEmptyFolder(const fs::path& path)
{
    std::error_code ignored;
    return !isZip(path) && fs::is_directory(path, ignored) && fs::is_empty(path, ignored);
}

/// Whether something may be written to `target`.
Result<> mayWrite(const BundleRequest& request)
{
    std::error_code ignored;
    const fs::path& target = request.target;
    if (target.filename().empty())
        return Error{ErrorCode::Io, target.string(),
                     LB_TR("Error", "needs a name for the bundle; add one")};
    if (!fs::exists(target, ignored) || isEmptyFolder(target))
        return std::monostate{};
    if (!bundleExists(target))
        return Error{ErrorCode::Io, target.string(),
                     LB_TR("Error", "is there already and is no bundle, or a damaged one; choose "
                                    "another name")};
    if (!request.replace)
        return Error{ErrorCode::Io, target.string(),
                     LB_TR("Error", "is there already; choose another name or replace it")};
    return std::monostate{};
}

/// One export on its way. Files go into a folder beside the target, and are listed as they come.
class Export {
public:
    Export(const BundleRequest& request, const LayerRegistry& registry, const JobContext& job,
           ScratchFolder folder, ExportReport report)
        : m_request(request)
        , m_registry(registry)
        , m_job(job)
        , m_folder(std::move(folder))
        , m_report(std::move(report))
    {
    }

    Result<ExportReport> run()
    {
        for (const auto step : {&Export::expect, &Export::writeModels, &Export::checkKeras,
                                &Export::checkOnnx, &Export::writeRest}) {
            if (m_job.stopped())
                return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
            if (Result<> done = (this->*step)(); !done.ok())
                return std::move(done.error());
            advance();
        }
        if (m_job.stopped())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
        if (Result<> done = place(); !done.ok())
            return std::move(done.error());
        advance();
        return std::move(m_report);
    }

private:
    void advance() { m_job.report(++m_done, kSteps); }

    /// Writes a file of the bundle and takes it down.
    Result<> write(const std::string& name, std::string_view bytes)
    {
        m_report.files.push_back({name, bytes.size(), sha256Hex(bytes)});
        return saveAtomically(m_folder.path() / name, bytes);
    }

    Result<> expect()
    {
        LB_TRY(predictor, Predictor::make(m_request.model, m_registry));
        LB_TRY(expected, predictSamples(predictor, m_report.samples));
        if (!(largestDifference(expected, expected) <= 0))
            return Error{ErrorCode::Diverged, m_request.name,
                         LB_TR("Error", "predicts numbers that are not finite; train it again with "
                                        "a smaller learning rate")};
        m_expected = std::move(expected);
        std::error_code problem;
        fs::create_directory(m_folder.path() / "samples", problem);
        for (std::size_t i = 0; i < m_report.samples.size(); ++i)
            if (Result<> saved
                = write(sampleFile(m_report, i), sampleText(m_report, m_report.samples[i]));
                !saved.ok())
                return saved;
        return write(std::string(kExpectedName), encodeNpy(m_expected));
    }

    Result<> writeModels()
    {
        LB_TRY(keras, exportedKeras(m_request.model, m_registry, m_request.name));
        if (Result<> saved = write("model.keras", keras); !saved.ok())
            return saved;
        advance();
        Result<std::string> onnx = exportedOnnx(m_request.model, m_registry);
        if (!onnx.ok() && onnx.error().code == ErrorCode::Unsupported) {
            m_report.noOnnx = std::move(onnx.error());
            m_report.notes.push_back({LB_TR("Export", "there is no model.onnx: %1 %2"),
                                      {m_report.noOnnx->where, english(m_report.noOnnx->message)}});
            return std::monostate{};
        }
        return onnx.ok() ? write("model.onnx", onnx.value()) : Result<>(std::move(onnx.error()));
    }

    Result<> checkKeras()
    {
        const fs::path file = m_folder.path() / "model.keras";
        if (m_request.beforeCheck)
            m_request.beforeCheck(m_folder.path());
        LB_TRY(program, siblingProgram("layerbench-cli"));
        LB_TRY(scratch, ScratchFolder::temporary());
        const fs::path answers = scratch.path() / "answers.npy";
        std::vector<std::string> command{program.string(), "predict", file.string(),
                                         "--output",       answers.string(), "--top", "0"};
        for (std::size_t i = 0; i < m_report.samples.size(); ++i) {
            command.push_back("--input");
            command.push_back((m_folder.path() / sampleFile(m_report, i)).string());
        }
        LB_TRY(outcome, runProgram(command));
        if (outcome.exitCode != 0)
            return Error{ErrorCode::Diverged,
                         "model.keras",
                         {LB_TR("Error", "was written, but cannot be read back: %1. Nothing was "
                                         "exported"),
                          {outcome.errors}}};
        LB_TRY(bytes, readFile(answers, Limits{}.tensorBytes));
        LB_TRY(given, decodeNpy(bytes));
        Result<> agrees
            = compareSamples(m_report.samples, m_expected, given, &ExportReport::Sample::keras,
                             kKerasTolerance, "model.keras");
        if (!agrees.ok() && given.shape() == m_expected.shape())
            return refusal(file, std::move(agrees.error()));
        return agrees;
    }

    /// The same error with the layer where the two models part.
    Error refusal(const fs::path& file, Error error)
    {
        const auto failed = std::ranges::find_if(m_report.samples, [](const auto& sample) {
            return sample.keras && !(*sample.keras <= kKerasTolerance);
        });
        if (failed == m_report.samples.end())
            return error;
        std::pair<std::string, double> parting{"", *failed->keras};
        Result<KerasModel> archive = readKerasArchive(file, m_registry);
        Result<Predictor> ours = Predictor::make(m_request.model, m_registry, true);
        if (archive.ok() && ours.ok())
            if (Result<Predictor> theirs
                = Predictor::make(preparedModel(std::move(archive.value())), m_registry, true);
                theirs.ok())
                parting = firstDifference(ours.value(), theirs.value(), failed->inputs,
                                          kKerasTolerance);
        if (parting.first.empty())
            return error;
        const auto index = failed - m_report.samples.begin();
        return Error{ErrorCode::Diverged,
                     "model.keras",
                     {LB_TR("Error", "sample %1 (%2): layer %3 differs by %4 from the project; "
                                     "nothing was exported"),
                      {std::int64_t{index}, failed->name, parting.first, parting.second}}};
    }

    Result<> checkOnnx()
    {
        if (m_report.noOnnx)
            return std::monostate{};
        return runOnnx(m_folder.path() / "model.onnx", m_expected, m_report);
    }

    Result<> writeRest()
    {
        if (Result<> saved = write("verify.py", bundleScript()); !saved.ok())
            return saved;
        const std::string text = manifestText(m_report, m_request);
        m_report.files.push_back({std::string(kManifestName), text.size(), sha256Hex(text)});
        return saveAtomically(m_folder.path() / kManifestName, text);
    }

    Result<> place()
    {
        if (!isZip(m_request.target))
            return std::move(m_folder).moveTo(m_request.target);
        std::map<std::string, std::string> members;
        for (const ExportReport::File& file : m_report.files) {
            LB_TRY(bytes, readFile(m_folder.path() / file.name, Limits{}.archiveBytes));
            members.emplace(file.name, std::move(bytes));
        }
        LB_TRY(zip, encodeZip(members));
        return saveAtomically(m_request.target, zip);
    }

    const BundleRequest& m_request;
    const LayerRegistry& m_registry;
    const JobContext& m_job;
    ScratchFolder m_folder;
    ExportReport m_report;
    Tensor m_expected;
    double m_done = 0;
};

} // namespace

bool bundleExists(const fs::path& target)
{
    return bundleManifest(target).ok();
}

Result<ExportReport> plannedBundle(const BundleRequest& request, const LayerRegistry& registry)
{
    const PreparedModel& model = request.model;
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    LB_TRY(whole, inferencePart(model.document, registry, model.inputs, false));
    ExportReport report;
    report.included = layersOf(flat);
    for (const ExportReport::Layer& layer : layersOf(whole))
        if (std::ranges::find(report.included, layer) == report.included.end())
            report.removed.push_back(layer);
    report.inputs = model.inputs;
    report.table = model.table;
    report.samplingRate = model.samplingRate;
    report.output = flat.graph.nodes[flat.graph.outputs.front()].spec;
    report.labels = model.labels;
    report.notes = model.notes;
    LB_TRY(samples,
           readSamples(*request.source, model.inputs, sampleRows(*request.source, request.rows)));
    report.samples = std::move(samples);
    const bool classes = report.output.shape.size() >= 2 && report.output.shape.back() > 1;
    if (report.labels.empty() && classes) // those of the data are not what is predicted
        for (ExportReport::Sample& sample : report.samples)
            sample.label.clear();
    const bool pictures = report.inputs.size() == 1 && report.input().shape.size() == 4;
    if (!pictures) // texts and tables may have layers without a form in ONNX: said beforehand
        if (Result<std::string> onnx = exportedOnnx(model, registry);
            !onnx.ok() && onnx.error().code == ErrorCode::Unsupported)
            report.noOnnx = std::move(onnx.error());
    if (!report.noOnnx)
        std::ranges::move(onnxLimits(flat), std::back_inserter(report.notes));
    return report;
}

Result<ExportReport> exportBundle(const BundleRequest& request, const LayerRegistry& registry,
                                  const JobContext& job)
{
    if (Result<> may = mayWrite(request); !may.ok())
        return std::move(may.error());
    LB_TRY(report, plannedBundle(request, registry));
    LB_TRY(folder, ScratchFolder::beside(request.target));
    return Export(request, registry, job, std::move(folder), std::move(report)).run();
}

Result<std::string> exportedKeras(const PreparedModel& model, const LayerRegistry& registry,
                                  const std::string& name)
{
    KerasArchiveRequest request;
    request.part = KerasArchiveRequest::Part::Inference;
    request.inputs = model.inputs;
    request.name = name;
    request.extras.own = ownConfig(model);
    return kerasArchive(model.document, registry, model.weights, request);
}

Result<std::string> exportedOnnx(const PreparedModel& model, const LayerRegistry& registry)
{
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    OnnxRequest request;
    request.producerVersion = std::string(version());
    request.labels = model.labels;
    request.inputNames.clear();
    for (const std::size_t given : flat.given)
        request.inputNames.push_back(model.inputs[given].name);
    return onnxModel(flat, model.weights, request);
}

} // namespace lb
