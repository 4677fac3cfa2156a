#include "app/workbench/data_opener.h"

#include "app/workbench/session.h"
#include "core/data/sources.h"
#include "core/training/adapt.h"
#include "widgets/support/translated.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace lb {
namespace {

constexpr int kPauseMs = 150; ///< while somebody types a number

// Only what decides which rows train, so that other fields of the recipe open nothing.
Recipe splitOf(const Recipe& recipe)
{
    Recipe split;
    split.seed = recipe.seed;
    split.validationFraction = recipe.validationFraction;
    return split;
}

} // namespace

struct DataOpener::Opened {
    std::shared_ptr<const Source> source, heldOut;
    Facts facts;
    std::optional<Error> error;
};

DataOpener::DataOpener(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &DataOpener::look);
    connect(&session, &Session::projectReplaced, this, [this] {
        m_last.reset();
        look();
    });
    connect(&session, &Session::documentChanged, this, [this] {
        if (wanted() != m_last && !m_pause.isActive())
            m_pause.start();
    });
    connect(&session, &Session::fileChanged, this, [this] { m_pause.start(); });
    look();
}

std::optional<DataOpener::Wanted> DataOpener::wanted() const
{
    const Document& document = m_session.document();
    const Node* node = document.source();
    const LayerDef* layer = node ? document.layerOf(node->id) : nullptr;
    if (!layer)
        return {};
    const QString folder = m_session.path().isEmpty() ? QDir::currentPath()
                                                      : QFileInfo(m_session.path()).path();
    return Wanted{layer->config, QFile::encodeName(folder).toStdString(),
                  splitOf(document.recipe)};
}

void DataOpener::look()
{
    const std::optional<Wanted> now = wanted();
    if (now == m_last)
        return;
    const bool sameData = now && m_last && now->config == m_last->config
        && now->base == m_last->base && m_session.source();
    m_last = now;
    if (!now) {
        m_job.stop();
        m_opening = false;
        m_session.setSourceError({});
        Q_EMIT finished();
        return;
    }
    open(*now, sameData ? m_session.source() : nullptr, sameData ? m_session.heldOut() : nullptr);
}

void DataOpener::open(const Wanted& wanted, std::shared_ptr<const Source> source,
                      std::shared_ptr<const Source> heldOut)
{
    m_opening = true;
    Q_EMIT started();
    m_job.start([this, wanted, source, heldOut](std::stop_token stop) {
        const JobContext job{stop, [this](const Progress& progress) {
                                 QMetaObject::invokeMethod(
                                     this,
                                     [this, progress] {
                                         Q_EMIT progressed(progress.done, progress.total);
                                     },
                                     Qt::QueuedConnection);
                             }};
        auto opened = std::make_shared<Opened>(Opened{source, heldOut, {}, {}});
        try {
            if (!opened->source) {
                Result<SourceHandle> data = openSource(wanted.config, wanted.base, job);
                Result<SourceHandle> other = data.ok() ? openHeldOut(wanted.config, wanted.base, job)
                                                       : Result<SourceHandle>(SourceHandle());
                if (!data.ok())
                    opened->error = data.error();
                else if (!other.ok())
                    opened->error = other.error();
                else
                    *opened = {data.value(), other.value(), {}, {}};
            }
            if (!opened->error)
                opened->facts
                    = factsOf(*opened->source, wanted.recipe, opened->heldOut.get());
        } catch (const std::exception& problem) { // of a thread nobody else would hear
            opened->error = Error{ErrorCode::Internal, "data",
                                  {LB_TR("Error", "could not be opened: %1"),
                                   {std::string(problem.what())}}};
        }
        if (!stop.stop_requested())
            QMetaObject::invokeMethod(
                this, [this, wanted, opened] { onOpened(wanted, *opened); }, Qt::QueuedConnection);
    });
}

void DataOpener::onOpened(const Wanted& wanted, Opened& opened)
{
    if (m_last != wanted)
        return; // an answer to an older question
    m_opening = false;
    if (opened.error)
        m_session.setSourceError(translated(*opened.error));
    else
        m_session.setSource(opened.source, std::move(opened.facts), opened.heldOut);
    Q_EMIT finished();
}

} // namespace lb
