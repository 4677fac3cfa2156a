#include "app/workbench/latest_job.h"
#include "app/workbench/session.h"
#include "app/workbench/state_history.h"
#include "app/workbench/views.h"
#include "core/data/vocabulary_file.h"
#include "core/graph/edits.h"
#include "core/layers/vocabulary_layer.h"
#include "core/preview/vocabulary_edits.h"
#include "widgets/support/translated.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>

#include <numeric>

namespace lb {
namespace {

/// The vocabulary of the selected layer, joined with the session.
class VocabularyViews : public QObject {
    Q_OBJECT
public:
    VocabularyViews(Session& session, StateHistory& history, QWidget* parent)
        : QObject(parent)
        , m_session(session)
        , m_history(history)
        , m_view(new VocabularyView(parent))
    {
        for (const auto signal : {&Session::documentChanged, &Session::selectionChanged})
            connect(&session, signal, this, &VocabularyViews::show);
        connect(&session, &Session::sourceChanged, this, [this] {
            const int before = m_serial;
            show();
            ++m_checkSerial; // what was counted of the old rows comes too late
            m_view->setCheck({});
            if (m_layer && m_serial == before) // else that looks at the new rows when it is done
                check(*m_layer);
        });
        connect(m_view, &VocabularyView::adaptRequested, this, [this] {
            if (const LayerDef* layer = shownLayer())
                m_session.requestAdapt({layer->id});
        });
        connect(m_view, &VocabularyView::sentenceChanged, this, &VocabularyViews::tryIt);
        connect(m_view, &VocabularyView::importRequested, this, &VocabularyViews::importTokens);
        connect(m_view, &VocabularyView::exportRequested, this, &VocabularyViews::exportTokens);
        connect(m_view, &VocabularyView::pinRequested, this, [this](qint64 id, bool pinned) {
            if (const LayerDef* layer = shownLayer())
                edit(*layer,
                     withTokenPinned(*layer, m_session.registry(), static_cast<std::size_t>(id), pinned),
                     pinned ? tr("Pin token") : tr("Unpin token"));
        });
        connect(m_view, &VocabularyView::renameRequested, this,
                [this](qint64 id, const QString& token) {
                    if (const LayerDef* layer = shownLayer())
                        edit(*layer,
                             withTokenRenamed(*layer, m_session.registry(),
                                              static_cast<std::size_t>(id), token.toStdString()),
                             tr("Edit token"));
                });
        connect(m_view, &VocabularyView::compareFileRequested, this,
                &VocabularyViews::compareWithFile);
        connect(m_view, &VocabularyView::comparePreviousRequested, this, [this] {
            if (const LayerDef* layer = shownLayer())
                m_history.compareWithPrevious(*layer, m_view);
        });
    }

    VocabularyView* view() const { return m_view; }
    bool settled() const { return m_job.isIdle() && m_try.isIdle() && m_check.isIdle(); }

private:
    const VocabularyLayerType* typeOf(const LayerDef& layer) const
    {
        const auto type = m_session.registry().find(layer.kerasClass);
        return type.ok() ? dynamic_cast<const VocabularyLayerType*>(type.value()) : nullptr;
    }
    const LayerDef* shownLayer() const
    {
        const LayerDef* layer = m_session.document().layerOf(m_session.selected());
        return layer && typeOf(*layer) ? layer : nullptr;
    }
    bool integers(const LayerDef& layer) const { return layer.kerasClass == "IntegerLookup"; }
    QString hint() const;
    void show();
    void take(int serial, const LayerDef& layer, VocabularyHandle report);
    void tryIt();
    void check(const LayerDef& layer);
    void edit(const LayerDef& layer, Result<StateHandle> state, const QString& undoText);
    std::optional<LayerDef> withFile(const LayerDef& layer, const QString& title, QString* file);
    void importTokens();
    void compareWithFile();
    void exportTokens();

    Session& m_session;
    StateHistory& m_history;
    VocabularyView* m_view; // Qt child
    std::optional<LayerDef> m_layer; ///< as it is shown
    VocabularyHandle m_report;
    int m_serial = 0, m_trySerial = 0, m_checkSerial = 0;
    LatestJob m_job, m_try, m_check; ///< last: they mail to the above
};

QString VocabularyViews::hint() const
{
    const auto source = m_session.source();
    return source ? tr("Not adapted yet. There are %1 rows to learn from.").arg(source->size())
                  : tr("Not adapted yet, and the data are not open.");
}

/// Reading a million tokens takes a while, so a worker does it; the old ones stay until then.
void VocabularyViews::show()
{
    const LayerDef* layer = shownLayer();
    Q_EMIT m_view->wanted(layer != nullptr);
    if (!layer) {
        m_layer.reset();
        return;
    }
    if (m_layer && m_layer->id == layer->id && m_layer->adapted == layer->adapted
        && m_layer->config == layer->config && m_layer->name == layer->name)
        return;
    m_view->setPreviousKnown(m_history.before(layer->id) != nullptr);
    m_layer = *layer;
    const int serial = ++m_serial;
    m_job.start([this, serial, layer = *layer, registry = &m_session.registry()](std::stop_token) {
        VocabularyHandle report = vocabularyReport(layer, *registry);
        QMetaObject::invokeMethod(
            this, [this, serial, layer, report] { take(serial, layer, report); },
            Qt::QueuedConnection);
    });
}

void VocabularyViews::take(int serial, const LayerDef& layer, VocabularyHandle report)
{
    if (serial != m_serial)
        return;
    m_report = std::move(report);
    m_view->setLayer(QString::fromStdString(layer.name), m_report, hint(),
                     layer.adapted ? ledger::splitOf(*layer.adapted) : ledger::Split::Unknown);
    tryIt();
    check(layer);
}

/// How many tokens of the validation rows are missing; or why nobody can tell.
void VocabularyViews::check(const LayerDef& layer)
{
    m_check.stop();
    const int serial = ++m_checkSerial;
    const auto heldOut = m_session.heldOut();
    const auto source = heldOut ? heldOut : m_session.source();
    if (!m_report)
        return;
    if (!source)
        return m_view->setCheck({}, tr("The data are not open."));
    const auto column = textColumnOf(m_session.document(), layer.id, *source);
    if (!column)
        return m_view->setCheck({}, tr("Not counted: other layers stand between the data and "
                                       "this one."));
    const Recipe& recipe = m_session.document().recipe;
    std::vector<std::int64_t> rows;
    if (heldOut) {
        rows.resize(static_cast<std::size_t>(source->size()));
        std::iota(rows.begin(), rows.end(), 0);
    } else {
        rows = splitBy(source->size(), recipe.validationFraction,
                       static_cast<std::uint64_t>(recipe.seed))
                   .validation;
    }
    if (rows.empty())
        return m_view->setCheck({}, tr("No row is held out. Set Validation in Data (Ctrl+2) above "
                                       "0 % to see how many words of new rows are unknown."));
    m_check.start([this, serial, layer, report = m_report, source, column = *column, rows,
                   registry = &m_session.registry()](std::stop_token stop) {
        const auto found = checkedVocabulary(layer, *registry, *report, *source, column, rows, {stop, {}});
        QMetaObject::invokeMethod(
            this,
            [this, serial, found] {
                if (serial != m_checkSerial)
                    return;
                if (found.ok())
                    m_view->setCheck(found.value(),
                                     found.value().oovBySize.empty()
                                         ? tr("The rows held out hold no word.")
                                         : QString());
                else if (found.error().code != ErrorCode::Cancelled)
                    m_view->setCheck({}, translated(found.error()));
            },
            Qt::QueuedConnection);
    });
}

void VocabularyViews::tryIt()
{
    const int serial = ++m_trySerial;
    if (!m_layer || !m_report)
        return;
    if (m_view->tryText().sentence().isEmpty()) {
        m_view->setTried({});
        return;
    }
    m_try.start([this, serial, layer = *m_layer, registry = &m_session.registry(),
                 sentence = m_view->tryText().sentence().toStdString()](std::stop_token) {
        auto result = std::make_shared<TriedText>(tried(layer, *registry, sentence));
        QMetaObject::invokeMethod(
            this,
            [this, serial, result] {
                if (serial == m_trySerial)
                    m_view->setTried(*result);
            },
            Qt::QueuedConnection);
    });
}

/// One undo step; what is refused is reported, and the old token is shown again.
void VocabularyViews::edit(const LayerDef& layer, Result<StateHandle> state, const QString& undoText)
{
    if (!state.ok())
        return m_session.reportFailure(state.error());
    m_session.apply(edits::setAdapted(m_session.document(), layer.id, state.value()), undoText);
}

/// The layer with the tokens of a file that the user chooses; what is wrong is reported.
std::optional<LayerDef> VocabularyViews::withFile(const LayerDef& layer, const QString& title,
                                                  QString* file)
{
    const QString path = QFileDialog::getOpenFileName(
        m_view, title, {}, tr("Vocabularies (*.txt *.json);;All files (*)"));
    if (path.isEmpty())
        return std::nullopt;
    *file = QFileInfo(path).fileName();
    const auto state = stateOfVocabulary(QFile::encodeName(path).toStdString(), *typeOf(layer),
                                         layer.config, integers(layer));
    if (!state.ok()) {
        m_session.reportFailure(state.error());
        return std::nullopt;
    }
    LayerDef changed = layer;
    changed.adapted = withPinsOf(layer.adapted, state.value());
    return changed;
}

void VocabularyViews::importTokens()
{
    const LayerDef* layer = shownLayer();
    if (!layer)
        return;
    QString file;
    if (const auto changed = withFile(LayerDef(*layer), tr("Import a vocabulary"), &file))
        m_session.apply(edits::setAdapted(m_session.document(), changed->id, changed->adapted),
                        tr("Import vocabulary"));
}

void VocabularyViews::compareWithFile()
{
    const LayerDef* layer = shownLayer();
    if (!layer)
        return;
    const LayerDef now = *layer;
    QString file;
    if (const auto other = withFile(now, tr("Compare with"), &file))
        m_history.compare(*other, now, file, tr("as it is now"), m_view);
}

void VocabularyViews::exportTokens()
{
    const LayerDef* layer = shownLayer();
    if (!layer || !m_report)
        return;
    const QString path = QFileDialog::getSaveFileName(
        m_view, tr("Export the vocabulary"), QString::fromStdString(layer->name + ".txt"),
        tr("Text, a token a line (*.txt);;JSON (*.json);;Table with counts (*.tsv)"));
    if (path.isEmpty())
        return;
    if (const Result<> written = writeVocabulary(QFile::encodeName(path).toStdString(), *m_report,
                                                 integers(*layer));
        !written.ok())
        m_session.reportFailure(written.error());
}

} // namespace

void addVocabularyViews(Views& views, Session& session, StateHistory& history, QWidget* parent)
{
    auto* vocabulary = new VocabularyViews(session, history, parent);
    views.vocabulary = vocabulary->view();
    views.addSettled([vocabulary] { return vocabulary->settled(); });
}

} // namespace lb

#include "vocabulary_views.moc"
