#pragma once

#include "app/workbench/latest_job.h"
#include "core/data/source.h"
#include "core/graph/analysis.h"
#include "core/support/jobs.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace lb {

class Session;

/// Opens the data that the project's Source layer names, on a thread of its own, and again when
/// its configuration, the project's folder or the recipe's split changes; tells the session.
class DataOpener : public QObject {
    Q_OBJECT
public:
    explicit DataOpener(Session& session, QObject* parent = nullptr);

    bool isOpening() const { return m_opening; }

signals:
    void started();
    void progressed(double done, double total);
    void finished(); ///< the session has the source, or says why it has none

private:
    struct Wanted {
        Config config;
        std::string base;
        Recipe recipe; ///< of which the split alone matters
        bool operator==(const Wanted&) const = default;
    };
    struct Opened;
    std::optional<Wanted> wanted() const;
    void look(); ///< starts a job if what is wanted has changed
    void open(const Wanted& wanted, std::shared_ptr<const Source> source,
              std::shared_ptr<const Source> heldOut);
    void onOpened(const Wanted& wanted, Opened& opened);

    Session& m_session;
    std::optional<Wanted> m_last; ///< what was asked for last
    bool m_opening = false;
    QTimer m_pause;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
