#pragma once

#include "app/workbench/latest_job.h"
#include "core/graph/document.h"
#include "core/support/jobs.h"

#include <QObject>

namespace lb {

class Session;

/// Adapts layers on a thread of its own; what they learned becomes one undo step of the document
/// as it is then, so that one can go on editing.
class AdaptRunner : public QObject {
    Q_OBJECT
public:
    explicit AdaptRunner(Session& session, QObject* parent = nullptr);

    bool isRunning() const { return m_running; }
    void start(std::vector<LayerId> only = {}); ///< empty: all whose state is missing or old
    void cancel();

signals:
    void started();
    void progressed(const lb::Progress& at);
    void finished(const QString& summary); ///< what was adapted, why not, or that it was cancelled

private:
    void onDone(const Document& before, Result<Document>& after);

    Session& m_session;
    bool m_running = false;
    int m_serial = 0;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
