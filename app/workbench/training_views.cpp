#include "app/workbench/adapt_runner.h"
#include "app/workbench/cell_samples.h"
#include "app/workbench/latest_job.h"
#include "app/workbench/model_jobs.h"
#include "app/workbench/session.h"
#include "app/workbench/training_runner.h"
#include "app/workbench/views.h"
#include "core/data/sources.h"
#include "core/training/adapt.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/training_view.h"

#include <QFileDialog>
#include <QFileInfo>

#include <limits>
#include <utility>

namespace lb {
namespace {

/// The Train workspace of one window, joined with its session.
class TrainingViews : public QObject {
    Q_OBJECT
public:
    TrainingViews(Session& session, AdaptRunner& adapt, CanvasView& canvas, QWidget* parent)
        : QObject(parent)
        , m_session(session)
        , m_adapt(adapt)
        , m_store(RunStore::of(session))
        , m_runner(new TrainingRunner(session, this))
        , m_view(new TrainingView(parent))
    {
        connectView(canvas);
        connectAdapting();
        new CellSamples(session, m_view, this);
        connect(m_runner, &TrainingRunner::changed, this, &TrainingViews::showSnapshot);
        connect(m_runner, &TrainingRunner::stateChanged, this, &TrainingViews::showPossible);
        connect(&m_store, &RunStore::runsChanged, this, &TrainingViews::showRun);
        connect(&m_store, &RunStore::offerChanged, this, &TrainingViews::showRuns);
        for (const auto signal : {&Session::documentChanged, &Session::sourceChanged})
            connect(&session, signal, this, &TrainingViews::showPossible);
        showRun();
        showPossible();
    }

    TrainingView* view() const { return m_view; }
    void train();
    void stop();
    bool adaptsFirst() const { return m_waits; }
    bool isTraining() const { return m_trainsAfter || m_runner->isTraining(); }

private:
    void connectView(CanvasView& canvas);
    void connectAdapting();
    void adaptAll();
    void onAdapted(AdaptRunner::End end);
    Waiting waiting() const;
    void showRun();
    void showRuns();
    void showSnapshot();
    void showPossible();
    void save();
    void saveAs(const QString& path);

    Session& m_session;
    AdaptRunner& m_adapt;
    bool m_waits = false; ///< a layer has something to learn before a run
    bool m_trainsAfter = false; ///< a run begins when adapting is done
    SourceHandle m_learnsFrom; ///< the data when adapting all began
    bool m_adaptsAll = false; ///< what is awaited is of all layers that wait, not of one of them
    RunStore& m_store;
    TrainingRunner* m_runner; // Qt children
    TrainingView* m_view;
    LatestJob m_saving; ///< last: it mails to this object
};

void TrainingViews::connectView(CanvasView& canvas)
{
    connect(m_view, &TrainingView::trainRequested, this, &TrainingViews::train);
    connect(m_view, &TrainingView::trainAsItIsRequested, m_runner, &TrainingRunner::train);
    connect(m_view, &TrainingView::pauseRequested, m_runner, &TrainingRunner::pause);
    connect(m_view, &TrainingView::resumeRequested, m_runner, &TrainingRunner::goOn);
    connect(m_view, &TrainingView::stepRequested, m_runner, &TrainingRunner::step);
    connect(m_view, &TrainingView::stopRequested, m_runner, &TrainingRunner::stop);
    connect(m_view, &TrainingView::runChosen, this, [this](int row) {
        m_store.show(static_cast<int>(m_store.runs().size()) - 1 - row); // newest first
    });
    connect(m_view, &TrainingView::checkpointChosen, &m_store, &RunStore::pick);
    connect(m_view, &TrainingView::saveRequested, this, &TrainingViews::save);
    connect(m_view, &TrainingView::exportRequested, this,
            [this] { m_session.requestWorkspace("export"); });
    connect(m_view, &TrainingView::layerRequested, this, [this, &canvas](const QString& name) {
        const Document& document = m_session.document();
        const Node* node = document.named(name.section('/', -1).toStdString());
        if (!node) // of what a layer says of its inside, the layer stands first
            node = document.named(name.section('/', 0, 0).toStdString());
        if (!node)
            return;
        m_session.select({node->id});
        m_session.requestWorkspace("design");
        canvas.centerOnNode(node->id);
    });
}

void TrainingViews::connectAdapting()
{
    connect(m_view, &TrainingView::cancelAdaptRequested, &m_adapt, &AdaptRunner::cancel);
    connect(&m_adapt, &AdaptRunner::started, this, [this] {
        m_view->setAdaptFailure({});
        m_view->setAdapting(Progress());
    });
    connect(&m_adapt, &AdaptRunner::progressed, this, [this](const Progress& at) {
        if (m_adapt.isRunning()) // mail of one that was cancelled comes late
            m_view->setAdapting(at);
    });
    connect(&m_adapt, &AdaptRunner::finished, this, [this](const QString&, AdaptRunner::End end) {
        if (end == AdaptRunner::End::Cancelled) // before another one can begin
            m_trainsAfter = false;
    });
    // Later: others are told of the end first, and one that begins then is another one.
    connect(&m_adapt, &AdaptRunner::finished, this,
            [this](const QString&, AdaptRunner::End end) { onAdapted(end); }, Qt::QueuedConnection);
    connect(&m_session, &Session::projectReplaced, this, [this] { m_trainsAfter = false; });
    connect(&m_session, &Session::documentChanged, this, [this] { m_view->setAdaptFailure({}); });
}

Waiting TrainingViews::waiting() const
{
    return waitingToAdapt(m_session.document(), m_session.registry(), m_session.facts());
}

/// As on the command line: layers that have not learned from these data do so first.
void TrainingViews::train()
{
    if (m_trainsAfter)
        return;
    if (m_runner->isTraining() || !m_runner->whyNot().isEmpty() || waiting().empty())
        return m_runner->train();
    m_trainsAfter = true;
    m_adaptsAll = false;
    if (!m_adapt.isRunning())
        adaptAll();
}

void TrainingViews::adaptAll()
{
    m_adaptsAll = true;
    m_learnsFrom = m_session.source();
    m_adapt.start();
}

void TrainingViews::stop()
{
    if (m_trainsAfter)
        m_adapt.cancel();
    else
        m_runner->stop();
}

void TrainingViews::onAdapted(AdaptRunner::End end)
{
    if (m_adapt.isRunning())
        return; // another one began
    m_view->setAdapting({});
    const bool wasMeant = std::exchange(m_trainsAfter, false);
    if (end == AdaptRunner::End::Failed && wasMeant)
        m_view->setAdaptFailure(m_adapt.failure());
    if (end != AdaptRunner::End::Done || !wasMeant || !m_runner->whyNot().isEmpty())
        return;
    const Waiting left = waiting();
    const bool meant = m_adaptsAll && m_learnsFrom == m_session.source();
    if (left.empty() || (meant && left.unlearned.empty())) // edited meanwhile: as it is
        return m_runner->train();
    if (meant)
        return; // a layer came meanwhile: the view names it
    m_trainsAfter = true; // of one layer only, or of other data than there are now
    adaptAll();
}

void TrainingViews::showRun()
{
    const Run* run = m_store.shown();
    m_view->showRun(run ? run->info : RunInfo(), run ? &run->series : nullptr);
    showSnapshot();
    showPossible();
}

void TrainingViews::showRuns()
{
    std::vector<RunRow> rows;
    for (auto run = m_store.runs().rbegin(); run != m_store.runs().rend(); ++run) {
        const std::vector<EpochPoint>& epochs = (*run)->series.epochs();
        const std::int64_t best = bestEpoch(epochs);
        double accuracy = std::numeric_limits<double>::quiet_NaN();
        for (const EpochPoint& epoch : epochs)
            if (epoch.epoch == best)
                accuracy = epoch.valAccuracy;
        const RunState state = (*run)->snapshot.state;
        rows.push_back({(*run)->info.name,
                        (*run)->isActive()               ? tr("live")
                            : state == RunState::Stopped ? tr("stopped")
                            : state == RunState::Failed  ? tr("failed")
                                                         : QString(),
                        accuracy});
    }
    m_view->setRuns(rows, static_cast<int>(rows.size()) - 1 - m_store.shownIndex());

    std::vector<CheckpointRow> checkpoints;
    const Run* run = m_store.shown();
    const std::int64_t best = run ? bestEpoch(run->series.epochs()) : -1;
    if (run)
        for (auto one = run->kept.rbegin(); one != run->kept.rend(); ++one)
            checkpoints.push_back({one->epoch, one->accuracy, one->epoch == best,
                                   one->weights != nullptr, one->partial});
    const Run::Kept* chosen = run ? run->chosen() : nullptr;
    m_view->setCheckpoints(std::move(checkpoints), chosen ? chosen->epoch : -1);
}

void TrainingViews::showSnapshot()
{
    const Run* run = m_store.shown();
    m_view->setSnapshot(run ? run->snapshot : TrainSnapshot());
}

void TrainingViews::showPossible()
{
    m_view->setPossible(m_runner->canGoOn(), m_runner->whyNot());
    const auto names = [this](const std::vector<LayerId>& layers) {
        QStringList list;
        for (const LayerId layer : layers)
            list << QString::fromStdString(m_session.document().layer(layer)->name);
        return list;
    };
    const Waiting waits = waiting();
    m_waits = !waits.empty();
    m_view->setWaiting(names(waits.unlearned), names(waits.stale));
    showRuns();
}

void TrainingViews::save()
{
    if (!m_store.offer().weights)
        return m_session.reportFailure({ErrorCode::NotFound, "run",
                                        LB_TR("Error", "has learned nothing yet; wait for its "
                                                       "first epoch, or stop it")});
    const QString folder = QFileInfo(m_session.path()).path(); // "." for one that has no file
    QString path = QFileDialog::getSaveFileName(m_view, tr("Save run"), folder + "/model.keras",
                                                tr("Keras archive (*.keras)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(".keras"))
        path += ".keras";
    saveAs(path);
}

void TrainingViews::saveAs(const QString& path)
{
    ModelOffer offer = m_store.offer();
    offer.project = QFileInfo(m_session.path()).fileName().toStdString(); // as `train` tells it
    m_view->setNote(tr("Saving %1…").arg(QFileInfo(path).fileName()));
    m_saving.start([this, offer, path](std::stop_token stop) {
        JobContext job;
        job.stop = stop;
        const Result<> done = writeOneFile(offer, ExportView::Format::Keras, filePath(path),
                                           m_session.registry(), job);
        QMetaObject::invokeMethod(
            this,
            [this, done, offer, path] {
                m_view->setNote(done.ok() ? tr("Saved %1 as %2.").arg(offer.name, path)
                                          : tr("%1 was not saved.").arg(QFileInfo(path).fileName()));
                if (done.ok())
                    m_store.setFiled(offer.weights);
                else
                    m_session.reportFailure(done.error());
            },
            Qt::QueuedConnection);
    });
}

} // namespace

void addTrainingViews(Views& views, Session& session, AdaptRunner& adapt, CanvasView& canvas,
                      QWidget* parent)
{
    auto* training = new TrainingViews(session, adapt, canvas, parent);
    views.training = training->view();
    views.train = [training] { training->train(); };
    views.stopTraining = [training] { training->stop(); };
    views.isTraining = [training] { return training->isTraining(); };
    views.adaptsFirst = [training] { return training->adaptsFirst(); };
    RunStore& store = RunStore::of(session);
    if (views.showWeights)
        QObject::connect(&store, &RunStore::offerChanged, training,
                         [&store, show = views.showWeights] { show(store.offer().weights); });
    if (views.pinSample)
        QObject::connect(training->view(), &TrainingView::pinRequested, training,
                         [&store, &session, pin = views.pinSample](qint64 index) {
                             const Run* run = store.shown();
                             const auto& held = run ? run->heldOut : session.heldOut();
                             pin(held ? held : run ? run->data : session.source(), index);
                         });
}

} // namespace lb

#include "training_views.moc"
