#pragma once

#include "app/workbench/latest_job.h"
#include "app/workbench/model_jobs.h"

#include <map>

namespace lb {

class Session;

/// Plans, checks and writes bundles on a worker and shows in the Export workspace how it goes.
/// The plan is made anew when what is offered changes, once the workspace is seen.
class ExportRunner : public QObject {
    Q_OBJECT
public:
    ExportRunner(Session& session, ExportView* view, QObject* parent);

    void plan(); ///< of what is offered now
    void write(const QString& path); ///< asks before it replaces what this session did not write
    void check(); ///< into a temporary folder
    void writeFormat(ExportView::Format format, const QString& path);
    void cancel();
    bool isBusy() const { return m_busy; }
    QString written() const { return m_written; } ///< the last bundle, "" if there is none

signals:
    void finished(); ///< a job ended, whatever came out

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Work = std::function<void(const JobContext& job)>;
    void forget(); ///< what was planned: it is planned again when it is seen
    void run(const QString& what, Work work);
    template <typename Then> void mail(std::uint64_t job, Then then);
    bool mayWrite(const QString& path);
    bool mayReplace(const QString& path, const ModelOffer& offer);
    void showPlan(const ExportReport& report, const ModelOffer& offer);
    void showFailure(const Error& error);
    QString subtitle(const ModelOffer& offer) const;
    QString defaultTarget() const;
    BundleRequest requestOf(const ModelOffer& offer) const;

    Session& m_session;
    RunStore& m_store;
    ExportView* m_view;
    bool m_planned = false, m_busy = false, m_targetEdited = false;
    std::optional<ExportReport> m_plan;
    QString m_written;
    std::map<QString, Config> m_own; ///< checksums of what was written, by absolute path
    std::uint64_t m_current = 0; ///< number of the newest job; older mail is dropped
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
