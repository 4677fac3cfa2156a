#pragma once

#include "app/workbench/latest_job.h"
#include "core/graph/document.h"
#include "core/support/jobs.h"

#include <QObject>

#include <optional>

namespace lb {

class Session;

/// Adapts layers on a thread of its own; what they learned becomes one undo step of the document
/// as it is then, so that one can go on editing.
class AdaptRunner : public QObject {
    Q_OBJECT
public:
    explicit AdaptRunner(Session& session, QObject* parent = nullptr);

    enum class End { Done, Failed, Cancelled };

    bool isRunning() const { return m_running; }
    void start(std::vector<LayerId> only = {}); ///< empty: all whose state is missing or old
    void cancel();
    const std::optional<Error>& failure() const { return m_failure; } ///< of the last one that ended

signals:
    void started();
    void progressed(const lb::Progress& at);
    /// What was adapted, why not, or that it was cancelled; isRunning() is false already.
    void finished(const QString& summary, lb::AdaptRunner::End end);

private:
    void onDone(const Document& before, Result<Document>& after);

    Session& m_session;
    bool m_running = false;
    int m_serial = 0;
    std::optional<Error> m_failure;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
