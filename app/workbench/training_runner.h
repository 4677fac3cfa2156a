#pragma once

#include "app/workbench/run_store.h"

#include <QElapsedTimer>
#include <QTimer>

namespace lb {

/// Trains the session's project on the trainer's thread, with a copy of the document: the window
/// never waits, and edits do not reach a run. Mail is taken at most ten times a second and goes
/// into the run store.
class TrainingRunner : public QObject {
    Q_OBJECT
public:
    explicit TrainingRunner(Session& session, QObject* parent = nullptr);
    ~TrainingRunner() override; ///< stops the run and waits for its step

    bool isTraining() const { return m_run && m_run->isActive(); }
    QString whyNot() const; ///< why no run can begin, "" if one can
    bool canGoOn() const; ///< the shown run was stopped and left a checkpoint

    void train(); ///< goes on if a run is paused, else begins another one
    void goOn(); ///< a paused run, or the shown one that was stopped
    void pause();
    void step();
    void stop();

signals:
    void changed(); ///< the run's snapshot or series
    void stateChanged();

private:
    void start(std::optional<Checkpoint> from, Run& run);
    std::unique_ptr<Run> makeRun() const;
    void wake();
    void take();
    void keepWhatWasLearned(const TrainMail& mail);

    Session& m_session;
    RunStore& m_store;
    Run* m_run = nullptr; ///< the one that trains or trained last; in the store
    QTimer m_pause; ///< between two looks into the mailbox
    QElapsedTimer m_clock;
    double m_elapsed = 0; ///< seconds of training, pauses left out
    std::unique_ptr<Trainer> m_trainer; ///< last: its thread mails to this object
};

} // namespace lb
