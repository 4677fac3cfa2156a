#include "app/workbench/training_runner.h"

#include "app/workbench/session.h"
#include "core/graph/flatten.h"
#include "core/training/adapt.h"
#include "core/training/host_work.h"
#include "core/training/input_pipeline.h"

#include <QUndoStack>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr int kMailLookMs = 100;
constexpr int kWorkers = 2;

/// "1.0e-3", as the recipe has it or as Keras starts.
QString learningRateText(const Recipe& recipe)
{
    const Config* name = recipe.optimizer.find("class_name");
    const auto* word = name ? name->as<std::string>() : nullptr;
    double rate = word && *word == "SGD" ? 0.01 : 0.001;
    const Config* config = recipe.optimizer.find("config");
    if (const Config* given = config ? config->find("learning_rate") : nullptr) {
        if (const auto* real = given->as<double>())
            rate = *real;
        else if (const auto* whole = given->as<std::int64_t>())
            rate = static_cast<double>(*whole);
    }
    if (rate <= 0 || !std::isfinite(rate))
        return QString::number(rate);
    const int power = static_cast<int>(std::floor(std::log10(rate) + 1e-9));
    return QString("%1e%2").arg(rate / std::pow(10, power), 0, 'f', 1).arg(power);
}

QStringList pipelineCalls(const Session& session)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Pipeline;
    request.phase = Phase::Training;
    request.inputs = specsOf(batchedColumns(*session.source()));
    QStringList names;
    const auto flat = flattened(withHostWorkAhead(session.document(), session.registry(),
                                                  request.inputs, request.phase),
                                session.registry(), request);
    if (flat.ok())
        for (const CallOrigin& call : flat.value().calls)
            names << QString::fromStdString(call.name);
    return names;
}

} // namespace

TrainingRunner::TrainingRunner(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_store(RunStore::of(session))
    , m_trainer(std::make_unique<Trainer>([this] {
        QMetaObject::invokeMethod(this, &TrainingRunner::wake, Qt::QueuedConnection);
    }))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kMailLookMs);
    connect(&m_pause, &QTimer::timeout, this, &TrainingRunner::take);
    connect(&session, &Session::projectReplaced, this, [this] {
        m_trainer->stop();
        m_run = nullptr; // late mail is for nobody
        m_store.clear();
        Q_EMIT stateChanged();
    });
}

TrainingRunner::~TrainingRunner()
{
    m_trainer.reset();
}

QString TrainingRunner::whyNot() const
{
    if (!m_session.sourceError().isEmpty()) // a problem of the project, too, and the one to begin with
        return m_session.sourceError();
    const auto errors = std::ranges::count(m_session.analysis().problems, Severity::Error,
                                           &Problem::severity);
    if (errors > 0)
        return tr("%n problem(s) must be solved first; see Problems in Design.", nullptr,
                  static_cast<int>(errors));
    if (!m_session.source())
        return tr("The data are still being opened.");
    return {};
}

bool TrainingRunner::canGoOn() const
{
    const Run* run = m_store.shown();
    return run && !isTraining() && run->snapshot.state == RunState::Stopped && run->stand;
}

std::unique_ptr<Run> TrainingRunner::makeRun() const
{
    auto run = std::make_unique<Run>();
    run->document = m_session.sharedDocument();
    run->data = m_session.source();
    run->heldOut = m_session.heldOut();
    const Recipe& recipe = run->document->recipe;
    const auto rows = static_cast<std::int64_t>(
        trainingRows(*run->data, recipe, run->heldOut != nullptr).size());
    std::int64_t steps = batchCount(rows, recipe.batchSize, recipe.dropRemainder);
    if (recipe.stepsPerEpoch > 0)
        steps = std::min(steps, recipe.stepsPerEpoch);
    run->info.name = tr("run %1").arg(m_store.runs().size() + 1);
    for (const std::string& name : run->data->classNames())
        run->info.classNames << QString::fromStdString(name);
    run->info.learningRate = learningRateText(recipe);
    run->info.samples = std::min(rows, steps * recipe.batchSize);
    run->info.pipelineCalls = pipelineCalls(m_session);
    run->info.workers = kWorkers;
    run->info.rows = !run->data->hasImages();
    run->series.setStepsPerEpoch(steps);
    run->snapshot.epochs = recipe.epochs;
    run->snapshot.steps = steps;
    return run;
}

void TrainingRunner::train()
{
    if (m_run && m_run->snapshot.state == RunState::Paused)
        return m_trainer->resume();
    if (isTraining() || !whyNot().isEmpty())
        return;
    start({}, m_store.add(makeRun()));
}

void TrainingRunner::goOn()
{
    if (m_run && m_run->snapshot.state == RunState::Paused)
        return m_trainer->resume();
    if (canGoOn())
        start(m_store.shown()->stand, *m_store.shown());
}

void TrainingRunner::start(std::optional<Checkpoint> from, Run& run)
{
    m_run = &run;
    m_elapsed = run.series.elapsed();
    m_clock.restart();
    run.snapshot.state = RunState::Preparing;
    TrainJob job;
    job.document = *run.document;
    job.data = run.data;
    job.validation = run.heldOut;
    job.registry = &m_session.registry();
    job.workers = kWorkers;
    job.resume = std::move(from);
    m_trainer->start(std::move(job));
    Q_EMIT stateChanged();
    Q_EMIT changed();
}

void TrainingRunner::pause()
{
    m_trainer->pause();
}

void TrainingRunner::step()
{
    m_trainer->oneStep();
}

void TrainingRunner::stop()
{
    m_trainer->stop();
}

void TrainingRunner::wake()
{
    if (!m_pause.isActive())
        m_pause.start();
}

void TrainingRunner::take()
{
    TrainMail mail = m_trainer->take();
    if (!m_run || (!mail.snapshot && mail.steps.empty() && mail.epochs.empty()))
        return;
    const RunState before = m_run->snapshot.state;
    const double passed = static_cast<double>(m_clock.restart()) / 1'000;
    if (before != RunState::Paused || !mail.steps.empty())
        m_elapsed += passed;
    m_run->series.addSteps(mail.steps, m_elapsed);
    m_run->series.addEpochs(mail.epochs);
    if (mail.snapshot)
        m_run->snapshot = *mail.snapshot;
    if (mail.checkpoint)
        m_run->stand = std::move(mail.checkpoint);
    keepWhatWasLearned(mail);
    Q_EMIT changed();
    if (m_run->snapshot.state != before)
        Q_EMIT stateChanged();
}

void TrainingRunner::keepWhatWasLearned(const TrainMail& mail)
{
    if (!mail.snapshot || !mail.snapshot->weights)
        return;
    const TrainSnapshot& snapshot = *mail.snapshot;
    const std::vector<EpochPoint>& epochs = m_run->series.epochs();
    for (std::size_t i = 0; i < mail.learned.size(); ++i) // several may end between two looks
        if (mail.learned[i] != snapshot.weights)
            m_store.keep(*m_run, {mail.epochs[i].epoch, mail.epochs[i].valAccuracy, mail.learned[i],
                                  false});
    if (m_run->chosen() && m_run->kept.back().weights == snapshot.weights)
        return;
    Run::Kept learned{0, std::numeric_limits<double>::quiet_NaN(), snapshot.weights, false};
    const bool within = snapshot.state == RunState::Stopped && snapshot.step > 0;
    if (within || epochs.empty()) {
        learned.epoch = snapshot.epoch;
        learned.partial = true;
    } else {
        learned.epoch = epochs.back().epoch;
        learned.accuracy = epochs.back().valAccuracy;
        if (snapshot.state == RunState::Finished && m_run->document->recipe.restoreBestWeights) {
            const std::int64_t best = bestEpoch(epochs); // the recipe asks to end with it
            learned.epoch = best;
            learned.accuracy = epochs.at(static_cast<std::size_t>(best)).valAccuracy;
            m_store.keep(*m_run, std::move(learned));
            return m_store.pick(best);
        }
    }
    m_store.keep(*m_run, std::move(learned));
}

} // namespace lb
