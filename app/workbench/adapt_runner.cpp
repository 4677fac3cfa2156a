#include "app/workbench/adapt_runner.h"

#include "app/workbench/session.h"
#include "core/graph/edits.h"
#include "core/training/adapt.h"
#include "widgets/support/translated.h"

#include <algorithm>

namespace lb {

AdaptRunner::AdaptRunner(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::adaptRequested, this, &AdaptRunner::start);
    connect(&session, &Session::projectReplaced, this, &AdaptRunner::cancel);
}

void AdaptRunner::start(std::vector<LayerId> only)
{
    if (m_running)
        return;
    const std::shared_ptr<const Source> source = m_session.source();
    if (!source) {
        m_session.reportFailure({ErrorCode::NotFound, "data",
                                 LB_TR("Error", "are not open, so there is nothing to adapt on; "
                                                "choose them in the Data workspace")});
        return;
    }
    AdaptOptions options;
    options.again = !only.empty();
    options.only = std::move(only);
    options.heldOut = m_session.heldOut() != nullptr;
    m_running = true;
    m_failure.reset();
    const int serial = ++m_serial;
    Q_EMIT started();
    m_job.start([this, serial, source, options, document = m_session.sharedDocument(),
                 registry = &m_session.registry()](std::stop_token stop) {
        const JobContext job{stop, [this](const Progress& at) {
                                 QMetaObject::invokeMethod(
                                     this,
                                     [this, at] { Q_EMIT progressed(at); },
                                     Qt::QueuedConnection);
                             }};
        auto after = std::make_shared<Result<Document>>(*document);
        try {
            *after = adapted(*document, *registry, *source, options, job);
        } catch (const std::exception& problem) { // of a thread nobody else would hear
            *after = Error{ErrorCode::Internal, "adapt",
                           {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
        }
        QMetaObject::invokeMethod(
            this,
            [this, serial, document, after] {
                if (serial == m_serial)
                    onDone(*document, *after);
            },
            Qt::QueuedConnection);
    });
}

void AdaptRunner::cancel()
{
    if (!m_running)
        return;
    m_job.stop();
    ++m_serial;
    m_running = false;
    Q_EMIT finished(tr("Adapting was cancelled; nothing changed."), End::Cancelled);
}

void AdaptRunner::onDone(const Document& before, Result<Document>& after)
{
    m_running = false;
    if (!after.ok()) {
        const QString why = translated(after.error());
        m_failure = after.error();
        Q_EMIT finished(tr("Not adapted: %1").arg(why), End::Failed);
        m_session.reportFailure(after.error());
        return;
    }
    // The document may have been edited since: only the states go into the one that is there now.
    Document next = m_session.document();
    QStringList names;
    for (const auto& layer : after.value().layers) {
        const LayerDef* old = before.layer(layer->id);
        if (!old || old->adapted == layer->adapted || !next.layer(layer->id))
            continue;
        Result<Document> with = edits::setAdapted(next, layer->id, layer->adapted);
        if (!with.ok())
            continue;
        next = std::move(with.value());
        names << QString::fromStdString(layer->name);
    }
    if (names.isEmpty()) {
        Q_EMIT finished(tr("Every layer that learns from data is up to date."), End::Done);
        return;
    }
    m_session.apply(std::move(next), tr("Adapt %1").arg(names.join(", ")));
    Q_EMIT finished(tr("Adapted %1.").arg(names.join(", ")), End::Done);
}

} // namespace lb
