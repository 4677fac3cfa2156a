#include "widgets/training/training_view.h"

#include "widgets/data/sample_grid.h"
#include "widgets/support/controls.h"
#include "widgets/support/translated.h"
#include "widgets/training/bottleneck_bars.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/epoch_table.h"
#include "widgets/training/metric_chart.h"
#include "widgets/training/run_header.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QListWidget>
#include <QSignalBlocker>
#include <QStackedWidget>

#include <algorithm>
#include <cmath>

namespace lb {

TrainingView::~TrainingView() = default;

void TrainingView::setRuns(const std::vector<RunRow>& runs, int shown)
{
    const QSignalBlocker blocker(m_runs);
    m_runs->clear();
    for (const RunRow& run : runs) {
        const QString accuracy
            = std::isfinite(run.accuracy) ? QString::number(run.accuracy, 'f', 3) : QString("–");
        auto* item = new QListWidgetItem(m_runs);
        item->setData(Qt::UserRole, accuracy);
        item->setData(Qt::UserRole + 1, run.note);
        item->setText(run.name);
        item->setSizeHint({0, 28});
        item->setData(Qt::AccessibleTextRole,
                      tr("%1, %2, validation accuracy %3").arg(run.name, run.note, accuracy));
    }
    m_runs->setCurrentRow(shown);
    m_runs->setFixedHeight(std::clamp(static_cast<int>(runs.size()), 1, 5) * 28);
}

void TrainingView::showRun(const RunInfo& info, const RunSeries* series)
{
    m_info = info;
    m_series = series;
    m_shownEpochs = 0;
    m_epochs->clear();
    m_epochs->setRows(info.rows);
    m_header->setRows(info.rows);
    m_loss->setSeries(series);
    m_accuracy->setSeries(series);
    m_matrix->setCounts({}, {});
    m_matrixEpoch = -1;
    showMatrixTitle();
    m_header->setFigures(0, {}, nullptr);
    m_bottleneck->setBottleneck({});
    m_cellGrid->setRows({});
    m_cellTitle->setText(tr("Samples"));
    setCellMessage(tr("Choose a cell to see its samples."));
    m_header->setRunName(series != nullptr ? info.name : tr("Training"), {});
    m_pages->setCurrentIndex(series != nullptr ? 0 : 1);
    m_copy->setEnabled(series != nullptr);
    setSnapshot({});
}

void TrainingView::setSnapshot(const TrainSnapshot& snapshot)
{
    m_header->setSnapshot(snapshot);
    m_runError = snapshot.state == RunState::Failed ? snapshot.error : std::nullopt;
    showError();
    showWaiting();
    if (m_series == nullptr)
        return;
    refresh();
    const std::vector<EpochPoint>& done = m_series->epochs();
    double before = 0;
    for (const EpochPoint& epoch : done)
        before += epoch.seconds;
    m_epochs->setRunning(snapshot, std::max(0.0, m_series->elapsed() - before));
    m_epochsDone->setText(tr("%n done", nullptr, static_cast<int>(done.size())));

    const std::int64_t best = bestEpoch(done);
    const auto at = std::ranges::find(done, best, &EpochPoint::epoch);
    const bool known = at != done.end() && std::isfinite(at->valAccuracy);
    m_header->setFigures(m_series->elapsed(), m_info.learningRate, known ? &*at : nullptr);
    if (!snapshot.confusion.empty()) {
        m_matrix->setCounts(snapshot.confusion, m_info.classNames);
        m_matrixEpoch = done.empty() ? snapshot.epoch : done.back().epoch;
        showMatrixTitle();
    }
    if (snapshot.samplesPerSecond > 0) {
        Bottleneck b;
        b.calls = m_info.pipelineCalls;
        b.callMs = snapshot.pipelineMs;
        b.workers = m_info.workers;
        b.rows = m_info.rows;
        b.samplesPerSecond = snapshot.samplesPerSecond;
        b.queue = snapshot.prefetched;
        m_bottleneck->setBottleneck(b);
    }
}

void TrainingView::refresh()
{
    m_loss->refresh();
    m_accuracy->refresh();
    const std::vector<EpochPoint>& done = m_series->epochs();
    if (done.size() > m_shownEpochs) { // only what is new
        const auto first = done.begin() + static_cast<std::ptrdiff_t>(m_shownEpochs);
        m_epochs->addEpochs({first, done.end()}, m_info.samples);
        m_shownEpochs = done.size();
    }
}

void TrainingView::showMatrixTitle()
{
    if (m_matrixEpoch < 0)
        return m_matrixTitle->setText(tr("Validation"));
    std::int64_t samples = 0;
    for (int i = 0; i < m_info.classNames.size(); ++i)
        samples += m_matrix->rowTotal(i);
    const QString count = m_info.rows ? counted(samples, tr("1 row"), tr("%1 rows"))
                                      : counted(samples, tr("1 image"), tr("%1 images"));
    const QString epoch = locale().toString(static_cast<qlonglong>(m_matrixEpoch + 1));
    // While layers learn for the next run, this is of the one before.
    m_matrixTitle->setText(m_header->adapts()
                               ? tr("%1, epoch %2   %3").arg(m_info.name, epoch, count)
                               : tr("Validation, epoch %1   %2").arg(epoch, count));
}

void TrainingView::setCheckpoints(std::vector<CheckpointRow> rows, std::int64_t chosen)
{
    m_checkpoints->setRows(std::move(rows));
    m_checkpoints->setChosen(chosen);
}

void TrainingView::setPossible(bool resumable, const QString& whyNot)
{
    m_header->setPossible(resumable, whyNot);
    m_emptyTrain->setEnabled(whyNot.isEmpty());
    m_emptyTrain->setToolTip(whyNot.isEmpty() ? tr("Starts a run (F5)") : whyNot);
    showWaiting();
}

void TrainingView::setCell(int actual, int predicted, std::shared_ptr<const Source> source,
                           std::vector<std::int64_t> rows, const QStringList& captions)
{
    m_matrix->setCurrent(actual, predicted);
    m_cellTitle->setText(tr("%1 → %2   %3 of %4")
                             .arg(m_info.classNames.value(actual),
                                  m_info.classNames.value(predicted))
                             .arg(m_matrix->count(actual, predicted))
                             .arg(m_matrix->rowTotal(actual)));
    m_cellGrid->setSource(std::move(source));
    m_cellGrid->setRows(std::move(rows));
    m_cellGrid->setCaptions(captions);
    m_cellGrid->setEmptyText(m_info.rows ? tr("No row was confused this way.")
                                         : tr("No image was confused this way."));
}

void TrainingView::setCellMessage(const QString& sentence)
{
    m_cellGrid->setRows({});
    m_cellGrid->setEmptyText(sentence);
}

void TrainingView::setNote(const QString& sentence)
{
    m_note->setText(sentence);
}

QString TrainingView::errorText() const
{
    return m_errorCard->isHidden() ? QString() : m_errorText->text();
}

QString TrainingView::matrixTitle() const
{
    return m_matrixTitle->text();
}

QString TrainingView::waitingText() const
{
    return m_waitingCard->isHidden() ? QString() : m_waitingText->text();
}

void TrainingView::setWaiting(const QStringList& unlearned, const QStringList& stale)
{
    m_unlearned = unlearned;
    m_stale = stale;
    showWaiting();
}

void TrainingView::setAdapting(const std::optional<Progress>& at)
{
    m_adapting = at.has_value();
    m_header->setAdapting(at);
    showMatrixTitle();
    showWaiting();
}

void TrainingView::setAdaptFailure(const std::optional<Error>& error)
{
    m_adaptError = error;
    showError();
}

/// What a run would begin with, while none is under way.
void TrainingView::showWaiting()
{
    constexpr qsizetype kMostNames = 8;
    const auto named = [](const QStringList& names) {
        return names.size() <= kMostNames
            ? names.join(", ")
            : tr("%1 and %2 more").arg(names.mid(0, kMostNames).join(", ")).arg(names.size() - kMostNames);
    };
    QStringList sentences;
    if (m_unlearned.size() == 1)
        sentences << tr("%1 has not learned from the data yet and is adapted before the run.").arg(m_unlearned.front());
    else if (!m_unlearned.empty())
        sentences << tr("%1 layers have not learned from the data yet and are adapted before the run: %2.")
                         .arg(m_unlearned.size())
                         .arg(named(m_unlearned));
    if (m_stale.size() == 1)
        sentences << tr("%1 learned from other data or settings and is adapted again.").arg(m_stale.front());
    else if (!m_stale.empty())
        sentences << tr("%1 layers learned from other data or settings and are adapted again: %2.")
                         .arg(m_stale.size())
                         .arg(named(m_stale));
    const RunState state = m_header->state();
    const bool active = state == RunState::Running || state == RunState::Preparing
        || state == RunState::Paused;
    const bool waits = !sentences.empty();
    m_waitingText->setText(sentences.join(' '));
    m_waitingCard->setVisible(waits && !active && !m_adapting);
    m_asItIs->setVisible(waits && m_unlearned.empty());
    m_asItIs->setEnabled(m_emptyTrain->isEnabled());
    m_header->setAdaptsFirst(waits);
    m_emptyTrain->setText(waits ? tr("Adapt all and train") : tr("Train"));
    m_emptyTrain->setVisible(!m_adapting);
}

void TrainingView::showError()
{
    const std::optional<Error>& error = m_adaptError ? m_adaptError : m_runError;
    m_errorCard->setVisible(error.has_value());
    if (!error)
        return;
    m_errorText->setText(translated(*error));
    m_errorWhere = QString::fromStdString(error->where);
    m_errorLayer->setVisible(!m_errorWhere.isEmpty());
}

bool TrainingView::event(QEvent* event)
{
    // The window has F5 too: it starts a run from everywhere, here it also pauses.
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_F5 || key == Qt::Key_F6) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void TrainingView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_F5 && event->modifiers() == Qt::NoModifier)
        m_header->toggle();
    else if (event->key() == Qt::Key_F5 && event->modifiers() == Qt::ShiftModifier)
        m_header->stop();
    else if (event->key() == Qt::Key_F6)
        m_header->step();
    else if (event->key() == Qt::Key_Escape && m_header->adapts())
        Q_EMIT cancelAdaptRequested();
    else
        QWidget::keyPressEvent(event);
}

void TrainingView::copyCsv()
{
    if (m_series != nullptr)
        QApplication::clipboard()->setText(asCsv(*m_series));
}

} // namespace lb
