#include "app/workbench/latest_job.h"
#include "app/workbench/session.h"
#include "app/workbench/state_history.h"
#include "app/workbench/views.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/layers/random_layer.h"
#include "core/preview/learned_numbers.h"
#include "core/training/adapt.h"
#include "widgets/learned/learned_view.h"
#include "widgets/support/translated.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>

namespace lb {
namespace {

constexpr std::size_t kKeptReports = 12;
constexpr qint64 kProgressMs = 60;

QString numberFiles()
{
    return LearnedView::tr("Text (*.txt);;Table (*.csv);;JSON (*.json);;NumPy (*.npy)");
}

/// What the selected layer learned of numbers, joined with the session: computed on a worker while
/// the view is on screen, kept for the last few layers.
class LearnedViews : public QObject {
    Q_OBJECT
public:
    LearnedViews(Session& session, StateHistory& history, QWidget* parent)
        : QObject(parent)
        , m_session(session)
        , m_history(history)
        , m_view(new LearnedView(parent))
    {
        for (const auto signal :
             {&Session::documentChanged, &Session::selectionChanged, &Session::sourceChanged})
            connect(&session, signal, this, &LearnedViews::show);
        connect(&session, &Session::projectReplaced, this, [this] { m_reports.clear(); });
        connect(m_view, &LearnedView::shown, this, &LearnedViews::show);
        connect(m_view, &LearnedView::adaptRequested, this, [this] {
            if (const LayerDef* layer = shownLayer())
                m_session.requestAdapt({layer->id});
        });
        connect(m_view, &LearnedView::cancelRequested, this, &LearnedViews::cancel);
        connect(m_view, &LearnedView::importRequested, this, &LearnedViews::importNumbers);
        connect(m_view, &LearnedView::exportRequested, this, &LearnedViews::exportNumbers);
        connect(m_view, &LearnedView::compareFileRequested, this, &LearnedViews::compareWithFile);
        connect(m_view, &LearnedView::comparePreviousRequested, this, [this] {
            if (const LayerDef* layer = shownLayer())
                m_history.compareWithPrevious(*layer, m_view);
        });
    }

    LearnedView* view() const { return m_view; }
    bool settled() const { return m_job.isIdle(); }

private:
    const LayerDef* shownLayer() const
    {
        const LayerDef* layer = m_session.document().layerOf(m_session.selected());
        return layer && learnedKind(layer->kerasClass) ? layer : nullptr;
    }
    bool learns(const LayerDef& layer) const
    {
        const auto type = m_session.registry().find(layer.kerasClass);
        return type.ok() && dynamic_cast<const AdaptableLayerType*>(type.value());
    }
    void show();
    void showNothing(const LayerDef& layer);
    void compute(const std::string& key);
    void take(int serial, const std::string& key, const Result<LearnedHandle>& report);
    void showProgress(int serial, const Progress& at);
    void cancel();
    std::optional<LayerDef> withFile(const LayerDef& layer, const QString& title, QString* file);
    void importNumbers();
    void exportNumbers();
    void compareWithFile();

    Session& m_session;
    StateHistory& m_history;
    LearnedView* m_view; // Qt child
    std::string m_key; ///< of what is shown or computed; "": nothing
    LayerId m_layer; ///< whose report is shown
    std::map<std::string, LearnedHandle> m_reports;
    int m_serial = 0;
    LatestJob m_job; ///< last: it mails to the above
};

void LearnedViews::show()
{
    const LayerDef* layer = shownLayer();
    Q_EMIT m_view->wanted(layer != nullptr,
                          layer ? LearnedView::title(*learnedKind(layer->kerasClass)) : QString());
    if (!layer) {
        m_job.stop();
        ++m_serial;
        m_key.clear();
        return;
    }
    const bool ready = canReport(*layer, m_session.registry());
    m_view->setLayer(QString::fromStdString(layer->name), *learnedKind(layer->kerasClass), ready);
    m_view->setPreviousKnown(m_history.before(layer->id) != nullptr);
    const auto source = m_session.source();
    if (!ready || !source)
        return showNothing(*layer);
    const std::string key
        = contentKey(m_session.document(), m_session.selected(), Phase::Inference)
        + trainingHash(*source, m_session.document().recipe, m_session.heldOut() != nullptr);
    if (key == m_key)
        return;
    if (const auto kept = m_reports.find(key); kept != m_reports.end()) {
        m_job.stop();
        ++m_serial;
        m_key = key;
        m_layer = layer->id;
        return m_view->setReport(kept->second);
    }
    if (m_view->isVisible()) // reading all data is for somebody who looks
        compute(key);
}

void LearnedViews::showNothing(const LayerDef& layer)
{
    m_job.stop();
    ++m_serial;
    m_key.clear();
    m_layer = {};
    const auto source = m_session.source();
    const Config* invert = layer.config.find("invert");
    if (!source)
        m_view->setEmpty(tr("The data are not open."), false);
    else if (!learns(layer) || (invert && *invert == Config(true)))
        m_view->setEmpty(tr("This layer gives values to numbers, or its parameters are not right: "
                            "nothing can collide."),
                         false);
    else
        m_view->setEmpty(tr("Not adapted yet. There are %1 rows to learn from.").arg(source->size()),
                         true);
}

void LearnedViews::compute(const std::string& key)
{
    const LayerDef* layer = shownLayer();
    if (m_layer != layer->id)
        m_view->setEmpty(tr("Reading the data."), false);
    m_view->setBusy(0, 0);
    m_key = key;
    const int serial = ++m_serial;
    m_job.start([this, serial, key, document = m_session.sharedDocument(), node = m_session.selected(),
                 source = m_session.source(), heldOut = m_session.heldOut() != nullptr,
                 registry = &m_session.registry()](const std::stop_token& stop) {
        QElapsedTimer since;
        since.start();
        const JobContext job{stop, [&, this](const Progress& at) {
                                 if (since.elapsed() < kProgressMs)
                                     return;
                                 since.restart();
                                 QMetaObject::invokeMethod(
                                     this, [this, serial, at] { showProgress(serial, at); },
                                     Qt::QueuedConnection);
                             }};
        auto report = std::make_shared<Result<LearnedHandle>>(LearnedHandle());
        try {
            const std::vector<std::int64_t> rows
                = trainingRows(*source, document->recipe, heldOut);
            *report = learnedReport(*document, *registry, *source, node, rows, job);
        } catch (const std::exception& problem) { // of a thread nobody else would hear
            *report = Error{ErrorCode::Internal, "",
                            {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
        }
        QMetaObject::invokeMethod(
            this, [this, serial, key, report] { take(serial, key, *report); },
            Qt::QueuedConnection);
    });
}

void LearnedViews::showProgress(int serial, const Progress& at)
{
    if (serial == m_serial)
        m_view->setBusy(at.done, at.total);
}

void LearnedViews::take(int serial, const std::string& key, const Result<LearnedHandle>& report)
{
    if (serial != m_serial)
        return;
    const LayerDef* layer = shownLayer();
    if (!report.ok() || !layer) {
        m_layer = {};
        m_view->setEmpty(report.ok() ? QString() : translated(report.error()), false);
        return;
    }
    if (m_reports.size() >= kKeptReports)
        m_reports.clear();
    m_reports[key] = report.value();
    m_layer = layer->id;
    m_view->setReport(report.value());
}

/// The key stays, so that only another document or layer begins again.
void LearnedViews::cancel()
{
    m_job.stop();
    ++m_serial;
    m_layer = {};
    m_view->setEmpty(tr("Reading was cancelled. Select the node again to begin anew."), false);
}

/// The layer with the numbers of a file that the user chooses; what is wrong is reported.
std::optional<LayerDef> LearnedViews::withFile(const LayerDef& layer, const QString& title,
                                               QString* file)
{
    const QString path = QFileDialog::getOpenFileName(
        m_view, title, {}, tr("Numbers (*.txt *.csv *.json *.npy);;All files (*)"));
    if (path.isEmpty())
        return std::nullopt;
    *file = QFileInfo(path).fileName();
    const auto numbers = readLearnedNumbers(QFile::encodeName(path).toStdString(), layer.kerasClass);
    if (!numbers.ok()) {
        m_session.reportFailure(numbers.error());
        return std::nullopt;
    }
    const Node* node = m_session.document().node(m_session.selected());
    const PortRef* wire = node ? flow::firstWire(*node) : nullptr;
    const Spec* input = wire ? m_session.analysis().spec(*wire) : nullptr;
    auto changed = withLearnedNumbers(layer, m_session.registry(),
                                      input ? std::optional(*input) : std::nullopt,
                                      numbers.value());
    if (!changed.ok()) {
        m_session.reportFailure(changed.error());
        return std::nullopt;
    }
    return std::move(changed.value());
}

void LearnedViews::importNumbers()
{
    const LayerDef* layer = shownLayer();
    if (!layer)
        return;
    const LayerId id = layer->id;
    const Config config = layer->config;
    QString file;
    const auto changed = withFile(LayerDef(*layer), tr("Import numbers"), &file);
    if (!changed)
        return;
    Result<Document> next = m_session.document();
    const auto* object = changed->config.as<ConfigObject>();
    if (changed->config == config)
        next = edits::setAdapted(m_session.document(), id, changed->adapted);
    else if (object)
        for (const auto& [key, value] : *object)
            if (next.ok())
                next = edits::setParam(next.value(), id, key, value);
    m_session.apply(std::move(next), tr("Import %1").arg(file));
}

void LearnedViews::exportNumbers()
{
    const LayerDef* layer = shownLayer();
    if (!layer)
        return;
    const auto numbers = learnedNumbers(*layer, m_session.registry());
    if (!numbers.ok())
        return m_session.reportFailure(numbers.error());
    const QString path = QFileDialog::getSaveFileName(
        m_view, tr("Export numbers"), QString::fromStdString(layer->name + ".csv"), numberFiles());
    if (path.isEmpty())
        return;
    if (const Result<> written
        = writeLearnedNumbers(QFile::encodeName(path).toStdString(), numbers.value());
        !written.ok())
        m_session.reportFailure(written.error());
}

void LearnedViews::compareWithFile()
{
    const LayerDef* layer = shownLayer();
    if (!layer)
        return;
    const LayerDef now = *layer;
    QString file;
    if (const auto other = withFile(now, tr("Compare with"), &file))
        m_history.compare(*other, now, file, tr("as it is now"), m_view);
}

} // namespace

void addLearnedViews(Views& views, Session& session, StateHistory& history, QWidget* parent)
{
    auto* learned = new LearnedViews(session, history, parent);
    views.learned = learned->view();
    views.addSettled([learned, &history] { return learned->settled() && history.settled(); });
}

} // namespace lb

#include "learned_views.moc"
