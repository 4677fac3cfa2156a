#pragma once

#include "core/preview/preview.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/training_view.h"

#include <QObject>

#include <optional>

namespace lb {

class Session;

/// One run since the project was opened: what was trained on what, and what was learned.
struct Run {
    struct Kept {
        std::int64_t epoch = 0; ///< from 0
        double accuracy = 0; ///< of validation; NaN: none
        WeightsHandle weights; ///< null: forgotten, to save memory
        bool partial = false; ///< the run was stopped within the epoch
    };

    RunInfo info;
    std::shared_ptr<const Document> document; ///< as it was when the run began
    std::shared_ptr<const Source> data, heldOut;
    RunSeries series;
    TrainSnapshot snapshot; ///< the newest
    std::vector<Kept> kept; ///< oldest first
    std::optional<Checkpoint> stand; ///< where it can go on
    std::int64_t picked = -1; ///< the epoch that the user chose; -1: the newest
    bool isFiled = false; ///< some of its weights went into a file

    const Kept* chosen() const; ///< what is offered; null while nothing was learned
    bool isActive() const; ///< preparing, running or paused
};

/// Trained weights for export, predict and previews.
struct ModelOffer {
    std::shared_ptr<const Document> document; ///< that the weights belong to
    std::shared_ptr<const Source> data, heldOut;
    WeightsHandle weights; ///< null: nothing was trained
    QString name; ///< "run 2, epoch 5"; "not trained"
    std::int64_t epoch = -1;
    double accuracy = 0; ///< of validation; NaN: none
    bool edited = false; ///< the project computes something else by now
    std::string project = {}; ///< file name of that which was trained, where a file shall tell it
};

/// The runs of a session, newest last. Training puts them in; everybody may look.
class RunStore : public QObject {
    Q_OBJECT
public:
    static RunStore& of(Session& session); ///< the session's own

    const std::vector<std::unique_ptr<Run>>& runs() const { return m_runs; }
    Run* shown() const; ///< null if there are none
    int shownIndex() const { return m_shown; }
    Run& add(std::unique_ptr<Run> run); ///< and shows it
    void show(int index);
    void pick(std::int64_t epoch); ///< of the shown run
    void keep(Run& run, Run::Kept learned); ///< replaces one of the same epoch
    void clear();
    void setFiled(const WeightsHandle& weights); ///< the run that learned them
    const Run* unfiled() const; ///< the newest that ended and would be lost; null: there is none

    /// What is offered: of the shown run, else the project as it is with its initial weights.
    ModelOffer offer() const;

signals:
    void runsChanged(); ///< another run is there or shown
    void offerChanged();

private:
    explicit RunStore(Session& session);
    void forgetSome(Run& run);

    Session& m_session;
    std::vector<std::unique_ptr<Run>> m_runs;
    int m_shown = -1;
};

} // namespace lb
