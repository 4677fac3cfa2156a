#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/progress_line.h"
#include "app/cli/train_options.h"
#include "app/cli/trained_weights.h"
#include "core/graph/project_file.h"
#include "core/interop/keras/checkpoint_file.h"
#include "core/interop/prepared_model.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/training/adapt.h"
#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>

namespace lb {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> g_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free); // a signal handler writes it

/// Ctrl+C asks for an end while this lives; the second time it kills, as
/// always.
class Interruptible {
public:
    Interruptible()
    {
        g_interrupted = false;
        std::signal(SIGINT, [](int) {
            g_interrupted = true;
            std::signal(SIGINT, SIG_DFL);
        });
    }
    ~Interruptible() { std::signal(SIGINT, SIG_DFL); }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

int cores(int asked)
{
    return asked > 0 ? asked : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

/// Adapts what was never adapted, or on other data. Says so if there was
/// anything.
Result<std::int64_t> adaptFirst(OpenedProject& project, const LayerRegistry& registry,
                                const TrainOptions& options, bool again)
{
    AdaptOptions adapt;
    adapt.again = again;
    adapt.heldOut = project.heldOut != nullptr;
    adapt.workers = cores(options.workers);
    for (const auto split : {ledger::Split::Validation, ledger::Split::All})
        if (options.on == ledger::nameOf(split))
            adapt.on = split;
    std::stop_source stop;
    JobContext job;
    job.stop = stop.get_token();
    ProgressLine line("adapting");
    job.onProgress = [&stop, &line](const Progress& at) {
        line.show(at);
        if (g_interrupted)
            stop.request_stop();
    };
    const bool other = adapt.on == ledger::Split::Validation && project.heldOut;
    LB_TRY(document,
           adapted(project.document, registry, other ? *project.heldOut : *project.source, adapt, job));
    std::int64_t count = 0;
    for (const auto& layer : document.layers) {
        const LayerDef* before = project.document.layer(layer->id);
        count += layer->adapted && (!before || before->adapted != layer->adapted) ? 1 : 0;
    }
    project.document = std::move(document);
    return count;
}

Result<int> adapt(const TrainOptions& options, const LayerRegistry& registry)
{
    const Interruptible interruptible;
    LB_TRY(project, openFor(options, registry));
    LB_TRY(count, adaptFirst(project, registry, options, true));
    LB_TRY(folder, OutFolder::of(options));
    if (Result<> saved
        = saveProject(project.document, folder.path() / fs::path(options.project).filename());
        !saved.ok())
        return std::move(saved.error());
    for (const auto& layer : project.document.layers)
        if (layer->adapted) {
            const Config* rows = layer->adapted->record.find("rows");
            std::printf("%s  %s  adapted on %lld rows\n", layer->name.c_str(),
                        layer->kerasClass.c_str(),
                        static_cast<long long>(
                            rows && rows->as<std::int64_t>() ? *rows->as<std::int64_t>() : 0));
        }
    if (count == 0)
        std::fprintf(stderr, "layerbench-cli: no layer of the project learns from data\n");
    else if (options.on != "training")
        std::fprintf(stderr,
                     "layerbench-cli: warning: learned from rows that are kept for validation, "
                     "which then judges too well\n");
    return 0;
}

void print(const EpochPoint& point, std::int64_t epochs)
{
    std::printf("epoch %lld/%lld  loss %.4f", static_cast<long long>(point.epoch + 1),
                static_cast<long long>(epochs), point.loss);
    if (!std::isnan(point.accuracy))
        std::printf("  accuracy %.4f", point.accuracy);
    if (!std::isnan(point.valLoss))
        std::printf("  val_loss %.4f", point.valLoss);
    if (!std::isnan(point.valAccuracy))
        std::printf("  val_accuracy %.4f", point.valAccuracy);
    std::printf("  %.1f s\n", point.seconds);
    std::fflush(stdout);
}

/// What a run told, as history.json keeps it; a figure that there is none of is
/// left out.
class History {
public:
    void add(const TrainMail& mail)
    {
        for (const StepPoint& step : mail.steps) {
            m_losses.emplace_back(step.loss);
            if (!std::isnan(step.accuracy))
                m_accuracies.emplace_back(step.accuracy);
        }
    }
    Config written(const std::vector<EpochPoint>& epochs, const TrainSnapshot& last) const
    {
        ConfigObject history;
        const auto series = [&](const char* name, double EpochPoint::*member) {
            ConfigList values;
            for (const EpochPoint& point : epochs)
                if (!std::isnan(point.*member))
                    values.emplace_back(point.*member);
            if (!values.empty())
                history.emplace(name, std::move(values));
        };
        series("loss", &EpochPoint::loss);
        series("accuracy", &EpochPoint::accuracy);
        series("val_loss", &EpochPoint::valLoss);
        series("val_accuracy", &EpochPoint::valAccuracy);
        series("seconds", &EpochPoint::seconds);
        ConfigObject all{{"losses", m_losses}, {"history", std::move(history)}};
        if (!m_accuracies.empty())
            all.emplace("metrics", ConfigObject{{"accuracy", m_accuracies}});
        if (!last.confusion.empty()) {
            ConfigList rows;
            for (std::int64_t row = 0; row < last.classes; ++row) {
                ConfigList counts;
                for (std::int64_t column = 0; column < last.classes; ++column)
                    counts.emplace_back(
                        last.confusion[static_cast<std::size_t>(row * last.classes + column)]);
                rows.emplace_back(std::move(counts));
            }
            all.emplace("confusion", std::move(rows));
        }
        return all;
    }

private:
    ConfigList m_losses, m_accuracies;
};

/// model.keras predicts from raw rows; checkpoint.keras holds all layers and
/// where the run stands.
Result<> saveModels(const OpenedProject& project, const LayerRegistry& registry,
                    const LayerWeights& weights, const Checkpoint& checkpoint,
                    const fs::path& folder)
{
    KerasArchiveRequest request;
    request.inputs = batchedColumns(*project.source);
    const TableSchema* table = schemaOf(*project.source);
    std::error_code ignored; // then the name has to do
    const fs::path home = fs::relative(fs::absolute(project.path, ignored).parent_path(),
                                       fs::absolute(folder, ignored), ignored);
    request.extras.own = trainedFor(project.path.filename().string(), home.generic_string(),
                                    table ? *table : TableSchema{});
    LB_TRY(model, kerasArchive(project.document, registry, weights, request));
    if (Result<> saved = saveAtomically(folder / kTrainedFile, model); !saved.ok())
        return saved;
    LB_TRY(inputs, modelInputs(project.document, registry, request.inputs));
    request.part = KerasArchiveRequest::Part::Checkpoint;
    request.inputs = std::move(inputs);
    StoredCheckpoint own = stored(checkpoint, false);
    request.extras.own = std::move(own.json);
    request.extras.tensors = std::move(own.tensors);
    LB_TRY(whole, kerasArchive(project.document, registry, checkpoint.weights, request));
    return saveAtomically(folder / "checkpoint.keras", whole);
}

Result<Checkpoint> readCheckpoint(const fs::path& path, const LayerRegistry& registry)
{
    LB_TRY(archive, readKerasArchive(path, registry));
    if (archive.extras.own.isNull())
        return Error{ErrorCode::BadFile, path.string(),
                     LB_TR("Error", "holds no checkpoint of a run; take a checkpoint.keras")};
    LB_TRY(checkpoint, restored({archive.extras.own, archive.extras.tensors}));
    checkpoint.weights = std::move(archive.weights);
    return std::move(checkpoint);
}

/// Runs a trainer to its end, prints as it goes. What it left is in `last` and
/// `checkpoint`.
class Run {
public:
    History history;
    TrainSnapshot last;
    std::optional<Checkpoint> checkpoint;

    void toEnd(TrainJob job)
    {
        const std::int64_t epochs = job.document.recipe.epochs;
        m_trainer.start(std::move(job));
        bool asked = false;
        while (last.state != RunState::Finished && last.state != RunState::Stopped
               && last.state != RunState::Failed) {
            std::unique_lock lock(m_mutex);
            m_woken.wait_for(lock, std::chrono::milliseconds(100), [this] { return m_mail; });
            m_mail = false;
            lock.unlock();
            if (g_interrupted && !std::exchange(asked, true))
                m_trainer.stop();
            TrainMail mail = m_trainer.take();
            history.add(mail);
            for (const EpochPoint& point : mail.epochs)
                print(point, epochs);
            if (mail.snapshot)
                last = std::move(*mail.snapshot);
            if (mail.checkpoint)
                checkpoint = std::move(mail.checkpoint);
        }
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_mail = false;
    Trainer m_trainer{[this] { // last: it ends before the rest goes
        const std::lock_guard lock(m_mutex);
        m_mail = true;
        m_woken.notify_one();
    }};
};

Result<int> train(const TrainOptions& options, const LayerRegistry& registry)
{
    const Interruptible interruptible;
    LB_TRY(project, openFor(options, registry));
    LB_TRY(made, OutFolder::of(options)); // before the work, so that it is not for nothing
    const fs::path& folder = made.path();
    LB_TRY(broken, mayWriteWeights(folder / kTrainedFile, options.project));
    tell(broken);
    LB_TRY(adaptedLayers, adaptFirst(project, registry, options, false));
    if (adaptedLayers > 0)
        std::fprintf(stderr, "layerbench-cli: adapted %lld layers on the data first\n",
                     static_cast<long long>(adaptedLayers));
    TrainJob job;
    job.document = project.document;
    job.data = project.source;
    job.validation = project.heldOut;
    job.registry = &registry;
    job.threads = cores(options.threads);
    job.workers = cores(options.workers);
    if (!options.resume.empty()) {
        LB_TRY(checkpoint, readCheckpoint(options.resume, registry));
        job.resume = std::move(checkpoint);
    }
    Run run;
    run.toEnd(std::move(job));
    if (run.last.state == RunState::Failed && !options.resume.empty())
        return ofWeights(std::move(*run.last.error), options.resume, project.document);
    if (run.last.state == RunState::Failed)
        return std::move(*run.last.error);
    if (Result<> saved = saveModels(project, registry, *run.last.weights, *run.checkpoint, folder);
        !saved.ok())
        return std::move(saved.error());
    const Config history = run.history.written(run.checkpoint->history, run.last);
    if (Result<> saved
        = saveAtomically(folder / "history.json", writeJson(history, JsonStyle::Canonical));
        !saved.ok())
        return std::move(saved.error());
    if (run.last.state == RunState::Stopped)
        std::fprintf(stderr, "layerbench-cli: stopped; what was learned is in %s\n",
                     (folder / kTrainedFile).c_str());
    return 0;
}

Result<int> evaluate(const TrainOptions& options, const LayerRegistry& registry)
{
    const Interruptible interruptible;
    LB_TRY(project, openFor(options, registry));
    const fs::path folder
        = options.out.empty() ? fs::path(options.project).parent_path() : fs::path(options.out);
    LB_TRY(file, weightsFile(options.project, options.weights, folder));
    const fs::path& path = file.path;
    const bool initial = options.weights == kInitialWeights;
    if (file.passedOver)
        return std::move(*file.passedOver);
    if (path.empty() && !initial)
        return Error{ErrorCode::NotFound,
                     (folder / kTrainedFile).string(),
                     {LB_TR("Error", "is not there: train first (layerbench-cli train %1), or name "
                                     "what was trained elsewhere with --weights"),
                      {options.project}}};
    const ValidationRows on = validationRows(project.document, project.source, project.heldOut);
    if (on.rows.empty())
        return Error{ErrorCode::NotFound, options.project,
                     LB_TR("Error", "no row is held out; set recipe.validation_fraction above 0")};
    LayerWeights weights;
    if (initial) {
        file.notes.push_back(
            {LB_TR("Export", "the weights are the initial ones of seed %1, which are not trained"),
             {project.document.recipe.seed}});
        LB_TRY(adaptedLayers, adaptFirst(project, registry, options, false));
        if (adaptedLayers > 0)
            file.notes.push_back(
                LB_TR("Export", "layers that learn from data were adapted first"));
    } else {
        LB_TRY(trained, weightsIn(path, project, registry, file.notes));
        weights = std::move(trained);
    }
    tell(file.notes);
    const auto result = evaluated(project.document, registry, on, weights,
                                  {project.document.recipe.batchSize, cores(options.threads),
                                   cores(options.workers)});
    if (!result.ok())
        return ofWeights(result.error(), path.string(), project.document);
    std::printf("%lld rows  loss %.4f", static_cast<long long>(result.value().rows),
                result.value().loss);
    if (!std::isnan(result.value().accuracy))
        std::printf("  accuracy %.4f", result.value().accuracy);
    std::printf("\n");
    return 0;
}

} // namespace

void addTrainCommands(CLI::App& app, Context& context)
{
    const auto add = [&](const char* name, const char* help,
                         Result<int> (*run)(const TrainOptions&, const LayerRegistry&)) {
        auto options = std::make_shared<TrainOptions>();
        CLI::App* command = app.add_subcommand(name, help);
        options->addTo(*command);
        command->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(*options, context.registry); };
        });
        return std::pair(command, options);
    };
    const auto [learning, learned]
        = add("adapt", "Let layers learn from the training data, and save the project", adapt);
    learning->add_option("--on", learned->on, "Which rows: training, validation or all")
        ->check(oneOf({"training", "validation", "all"}));
    const auto [training, trained] = add(
        "train", "Train a project; writes model.keras, checkpoint.keras and history.json", train);
    training->footer("evaluate, predict and export find the model.keras that lies beside the project. "
                     "What --out DIR puts elsewhere they take with --weights DIR.");
    training->add_option("--epochs", trained->epochs, "In place of the recipe's")
        ->check(atLeast(1));
    training->add_option("--resume", trained->resume, "A checkpoint.keras to go on from");
    const auto [evaluation, evaluated]
        = add("evaluate", "Loss and accuracy on the data that are held out", evaluate);
    evaluation->add_option("--weights", evaluated->weights,
                           kWeightsHelp);
}

} // namespace lb
