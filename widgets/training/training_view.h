#pragma once

#include "core/support/jobs.h"
#include "widgets/training/run_series.h"

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;
class QSlider;
class QStackedWidget;
class QTimer;

namespace lb {

class BottleneckBars;
class CheckpointList;
class ConfusionMatrix;
class EpochModel;
class EpochTable;
class MetricChart;
class RunHeader;
class SampleGrid;
class SegmentedChoice;
struct CheckpointRow;

/// One line of the list of runs.
struct RunRow {
    QString name, note;
    double accuracy = 0; ///< best validation accuracy; NaN: none yet
};

/// What stays the same during a run.
struct RunInfo {
    QString name;
    QStringList classNames;
    QString learningRate; ///< as it is shown
    std::int64_t samples = 0; ///< trained on in an epoch
    QStringList pipelineCalls;
    int workers = 1;
    bool rows = false; ///< of texts or a table, not of pictures: "rows/s"
};

/// The workspace Train. It is given one run at a time and reports what the user wants; keys:
/// F5 trains, pauses and goes on, F6 does one step, Shift+F5 stops, Esc cancels adapting.
class TrainingView : public QWidget {
    Q_OBJECT
public:
    explicit TrainingView(QWidget* parent = nullptr);
    ~TrainingView() override;

    void setRuns(const std::vector<RunRow>& runs, int shown); ///< emits nothing
    /// `series` outlives the view or is replaced before it goes; null: "No runs yet."
    void showRun(const RunInfo& info, const RunSeries* series);
    void setSnapshot(const TrainSnapshot& snapshot); ///< also redraws what of the series is new
    void setCheckpoints(std::vector<CheckpointRow> rows, std::int64_t chosen);
    /// Whether the shown run can go on; why Train is disabled, "" if it is not.
    void setPossible(bool resumable, const QString& whyNot);
    /// Layers that did not learn from the data, or from others: Train adapts them first.
    void setWaiting(const QStringList& unlearned, const QStringList& stale);
    void setAdapting(const std::optional<Progress>& at); ///< nothing: nobody adapts
    void setAdaptFailure(const std::optional<Error>& error); ///< why no run began
    /// The samples of a cell of the matrix, most confident first, with their captions.
    void setCell(int actual, int predicted, std::shared_ptr<const Source> source,
                 std::vector<std::int64_t> rows, const QStringList& captions);
    void setCellMessage(const QString& sentence); ///< instead of samples

    void setNote(const QString& sentence); ///< below the checkpoints: what was saved

    RunHeader* header() const { return m_header; }
    MetricChart* lossChart() const { return m_loss; }
    MetricChart* accuracyChart() const { return m_accuracy; }
    ConfusionMatrix* matrix() const { return m_matrix; }
    EpochModel* epochs() const { return m_epochs; }
    CheckpointList* checkpoints() const { return m_checkpoints; }
    SampleGrid* cellSamples() const { return m_cellGrid; }
    QString errorText() const; ///< of the banner; "" if there is none
    QString matrixTitle() const;
    QString waitingText() const; ///< which layers learn before a run; "" if none do

signals:
    void trainRequested(); ///< after adapting what waits
    void trainAsItIsRequested(); ///< with what the layers learned before
    void cancelAdaptRequested();
    void pauseRequested();
    void resumeRequested();
    void stepRequested();
    void stopRequested();
    void saveRequested(); ///< the chosen checkpoint as a file
    void exportRequested();
    void runChosen(int row);
    void checkpointChosen(qint64 epoch);
    void cellChosen(int actual, int predicted);
    void pinRequested(qint64 index); ///< a sample of the cell's source
    void layerRequested(const QString& name); ///< the one that an error names

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeRuns();
    QWidget* makeCentre();
    QWidget* makeCharts();
    QWidget* makeEvaluation();
    QWidget* makeEmpty();
    QWidget* makeError();
    QWidget* makeWaiting();
    void showWaiting();
    void refresh();
    void copyCsv();
    void showError();
    void showMatrixTitle();

    RunInfo m_info;
    const RunSeries* m_series = nullptr;
    std::size_t m_shownEpochs = 0;
    std::int64_t m_matrixEpoch = -1; ///< none yet
    RunHeader* m_header = nullptr;
    QStackedWidget* m_pages = nullptr;
    QWidget* m_errorCard = nullptr;
    QLabel* m_errorText = nullptr;
    QPushButton* m_errorLayer = nullptr;
    QString m_errorWhere;
    std::optional<Error> m_runError, m_adaptError;
    QStringList m_unlearned, m_stale;
    bool m_adapting = false;
    QWidget* m_waitingCard = nullptr;
    QLabel* m_waitingText = nullptr;
    QPushButton* m_asItIs = nullptr;
    QListWidget* m_runs = nullptr;
    CheckpointList* m_checkpoints = nullptr;
    SegmentedChoice* m_axis = nullptr;
    QCheckBox* m_raw = nullptr;
    QSlider* m_smoothing = nullptr;
    QLabel* m_smoothingText = nullptr;
    MetricChart* m_loss = nullptr;
    MetricChart* m_accuracy = nullptr;
    BottleneckBars* m_bottleneck = nullptr;
    EpochModel* m_epochs = nullptr;
    QLabel* m_epochsDone = nullptr;
    QLabel* m_matrixTitle = nullptr;
    SegmentedChoice* m_matrixUnit = nullptr;
    ConfusionMatrix* m_matrix = nullptr;
    QLabel* m_cellTitle = nullptr;
    SampleGrid* m_cellGrid = nullptr;
    QPushButton* m_emptyTrain = nullptr;
    QPushButton* m_copy = nullptr;
    QLabel* m_note = nullptr;
};

} // namespace lb
