#pragma once

#include "core/support/jobs.h"
#include "core/training/trainer.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace lb {

class KeyFigure;

/// The strip above the charts: where the run stands, and the buttons that steer it.
class RunHeader : public QWidget {
    Q_OBJECT
public:
    explicit RunHeader(QWidget* parent = nullptr);

    void setRunName(const QString& title, const QString& hint);
    void setRows(bool rows) { m_rows = rows; } ///< not pictures: of what the rate is
    void setSnapshot(const TrainSnapshot& snapshot);
    void setFigures(double elapsed, const QString& learningRate, const EpochPoint* best);
    /// Whether a stopped run can go on, and why Train is disabled ("" if it is not).
    void setPossible(bool resumable, const QString& whyNot);
    void setAdaptsFirst(bool adapts); ///< layers learn before the next run begins
    /// How far adapting is, which stands in place of the run meanwhile; nothing: nobody adapts.
    void setAdapting(const std::optional<Progress>& at);
    RunState state() const { return m_state; }

    /// What the keys do: start, pause or go on; then one step; then stop.
    void toggle();
    void step();
    void stop(); ///< or cancel adapting
    bool adapts() const; ///< now, and no run is under way

signals:
    void trainRequested();
    void pauseRequested();
    void resumeRequested(); ///< of a paused or a stopped run
    void stepRequested();
    void stopRequested();
    void cancelRequested(); ///< of adapting

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showRun();
    void showFigures();
    void showAdapting(const Progress& at);
    void showButtons();
    void setBars(double run, double epoch); ///< shares
    QString stateText() const;

    TrainSnapshot m_snapshot;
    std::optional<Progress> m_adapting;
    bool m_adaptsFirst = false;
    RunState m_state = RunState::Idle;
    bool m_resumable = false;
    bool m_rows = false;
    QString m_whyNot, m_name, m_rateShown;
    double m_elapsedShown = 0;
    std::optional<EpochPoint> m_bestShown;
    QLabel* m_title;
    QLabel* m_hint;
    QLabel* m_epoch;
    QLabel* m_step;
    QProgressBar* m_epochBar;
    QProgressBar* m_stepBar;
    KeyFigure* m_elapsed;
    KeyFigure* m_remaining;
    KeyFigure* m_rate;
    KeyFigure* m_learningRate;
    KeyFigure* m_best;
    QPushButton* m_main;
    QPushButton* m_resume;
    QPushButton* m_stepButton;
    QPushButton* m_stopButton;
};

/// "2:38", "1:01:22", "12 s"; "–" for nothing that can be told.
QString durationText(double seconds);

} // namespace lb
