#pragma once

#include "app/workbench/latest_job.h"
#include "core/graph/document.h"

#include <QObject>

#include <map>

namespace lb {

class Session;

/// What layers had learned before they learned or were given something else: to compare with. It
/// remembers one state a layer, for the project that is open.
class StateHistory : public QObject {
    Q_OBJECT
public:
    explicit StateHistory(Session& session, QObject* parent = nullptr);

    const LayerDef* before(LayerId layer) const; ///< null: it had no other state

    /// Opens a window with both once they are compared, or reports what is wrong with one.
    void compare(const LayerDef& before, const LayerDef& after, const QString& beforeName,
                 const QString& afterName, QWidget* parent);
    void compareWithPrevious(const LayerDef& now, QWidget* parent);
    bool settled() const { return m_job.isIdle(); }

private:
    void look();

    Session& m_session;
    std::map<LayerId, std::shared_ptr<const LayerDef>> m_last, m_before;
    LatestJob m_job; ///< last: it mails to the above
};

} // namespace lb
