#include "widgets/training/run_header.h"

#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lb {

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return "–";
    const auto total = static_cast<qint64>(std::llround(seconds));
    if (total < 60)
        return RunHeader::tr("%1 s").arg(total);
    const QString rest = QString("%1:%2")
                             .arg(total / 60 % 60, total < 3'600 ? 1 : 2, 10, QChar('0'))
                             .arg(total % 60, 2, 10, QChar('0'));
    return total < 3'600 ? rest : QString("%1:%2").arg(total / 3'600).arg(rest);
}

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent)
{
    setProperty("look", "panel");
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(64);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(36, 8, 16, 8);
    layout->setSpacing(14);

    auto* names = new QVBoxLayout;
    names->setSpacing(1);
    m_title = makeLabel(tr("Training"), "title", this);
    m_hint = makeLabel({}, "hint", this);
    m_title->setMinimumWidth(150);
    names->addStretch(1);
    names->addWidget(m_title);
    names->addWidget(m_hint);
    names->addStretch(1);
    layout->addLayout(names);

    auto* progress = new QVBoxLayout;
    progress->setSpacing(4);
    auto* words = new QHBoxLayout;
    m_epoch = makeLabel({}, "title", this);
    m_step = makeLabel({}, "mono", this);
    words->addWidget(m_epoch);
    words->addStretch(1);
    words->addWidget(m_step);
    m_epochBar = new QProgressBar(this);
    m_stepBar = new QProgressBar(this);
    m_epochBar->setAccessibleName(tr("Progress of the run"));
    m_stepBar->setAccessibleName(tr("Progress of the epoch"));
    for (QProgressBar* bar : {m_epochBar, m_stepBar}) {
        bar->setTextVisible(false);
        bar->setRange(0, 1'000);
        bar->setMinimumWidth(160);
    }
    progress->addStretch(1);
    progress->addLayout(words);
    progress->addWidget(m_epochBar);
    progress->addWidget(m_stepBar);
    progress->addStretch(1);
    layout->addLayout(progress, 3);

    const auto figure = [&](const QString& caption) {
        layout->addWidget(makeLine(Qt::Vertical, this));
        auto* result = new KeyFigure(caption, this);
        layout->addWidget(result);
        return result;
    };
    m_elapsed = figure(tr("Elapsed"));
    m_remaining = figure(tr("Remaining"));
    m_rate = figure(tr("Throughput"));
    m_learningRate = figure(tr("Learning rate"));
    m_best = figure(tr("Best validation"));
    layout->addStretch(1);

    m_resume = makeButton(tr("Resume"), "play", nullptr, tr("Goes on where the run was stopped"), this);
    m_main = makeButton(tr("Train"), "play", "primary", {}, this);
    m_stepButton = makeButton(tr("Step batch"), "step", nullptr, {}, this);
    m_stopButton = makeButton(tr("Stop and keep"), "stop", "danger", {}, this);
    for (QPushButton* button : {m_resume, m_main, m_stepButton, m_stopButton})
        layout->addWidget(button);
    m_main->setObjectName("runMain");
    connect(m_main, &QPushButton::clicked, this, [this] { adapts() ? stop() : toggle(); });
    connect(m_resume, &QPushButton::clicked, this, &RunHeader::resumeRequested);
    connect(m_stepButton, &QPushButton::clicked, this, &RunHeader::step);
    connect(m_stopButton, &QPushButton::clicked, this, &RunHeader::stop);
    setSnapshot({});
}

void RunHeader::setRunName(const QString& title, const QString& hint)
{
    m_name = title;
    m_title->setText(adapts() ? tr("Adapting") : title);
    m_hint->setText(hint);
}

QString RunHeader::stateText() const
{
    switch (m_state) {
    case RunState::Idle:
        return tr("not started");
    case RunState::Preparing:
        return tr("preparing");
    case RunState::Running:
        return tr("running");
    case RunState::Paused:
        return tr("paused");
    case RunState::Stopped:
        return tr("stopped and kept");
    case RunState::Finished:
        return tr("finished");
    case RunState::Failed:
        return tr("failed");
    }
    return {};
}

bool RunHeader::adapts() const
{
    return m_adapting && m_state != RunState::Running && m_state != RunState::Preparing
        && m_state != RunState::Paused;
}

void RunHeader::setSnapshot(const TrainSnapshot& snapshot)
{
    m_snapshot = snapshot;
    m_snapshot.weights.reset(); // they are the run's
    m_state = snapshot.state;
    showRun();
}

void RunHeader::setAdaptsFirst(bool adapts)
{
    m_adaptsFirst = adapts;
    showButtons();
}

void RunHeader::setAdapting(const std::optional<Progress>& at)
{
    m_adapting = at;
    showRun();
}

void RunHeader::setBars(double run, double epoch)
{
    m_epochBar->setValue(static_cast<int>(std::lround(1'000 * run)));
    m_stepBar->setValue(static_cast<int>(std::lround(1'000 * epoch)));
}

void RunHeader::showAdapting(const Progress& at)
{
    const QLocale l = locale();
    m_title->setText(tr("Adapting")); // not the run before, whose charts stay
    m_hint->setText({});
    for (KeyFigure* figure : {m_elapsed, m_learningRate, m_best})
        figure->setValue("–");
    m_epoch->setText(tr("Layers learn from the data"));
    m_step->setText(at.total > 0 ? tr("row %1 / %2").arg(l.toString(at.done, 'f', 0),
                                                         l.toString(at.total, 'f', 0))
                                 : QString());
    setBars(at.total > 0 ? std::min(1.0, at.done / at.total) : 0, 0);
    m_remaining->setValue(at.secondsLeft > 0 ? durationText(at.secondsLeft) : QString("–"));
    m_rate->setValue(at.rate > 0 ? tr("%1 rows/s").arg(l.toString(at.rate, 'f', 0)) : QString("–"));
}

void RunHeader::showRun()
{
    showButtons();
    update();
    if (adapts())
        return showAdapting(*m_adapting);
    const TrainSnapshot& snapshot = m_snapshot;
    const QLocale l = locale();
    // At the end the trainer stands before an epoch that will not come.
    const bool over = m_state == RunState::Finished && snapshot.epoch > 0;
    const std::int64_t epoch = over ? snapshot.epoch : snapshot.epoch + 1;
    const std::int64_t step = over ? snapshot.steps : snapshot.step;
    m_epoch->setText(snapshot.epochs > 0
                         ? tr("Epoch %1 of %2").arg(std::min(epoch, snapshot.epochs)).arg(snapshot.epochs)
                         : tr("Epoch –"));
    m_title->setText(m_name);
    m_hint->setText(stateText());
    showFigures();
    m_step->setText(snapshot.steps > 0 ? tr("step %1 / %2").arg(step).arg(snapshot.steps)
                                       : QString());
    const double inEpoch = snapshot.steps > 0
        ? static_cast<double>(step) / static_cast<double>(snapshot.steps)
        : 0;
    setBars(snapshot.epochs > 0
                ? std::min(1.0, (static_cast<double>(epoch - 1) + inEpoch)
                               / static_cast<double>(snapshot.epochs))
                : 0,
            inEpoch);
    const bool active = m_state == RunState::Running || m_state == RunState::Paused;
    m_remaining->setValue(active && snapshot.secondsLeft > 0 ? durationText(snapshot.secondsLeft)
                                                             : QString("–"));
    m_rate->setValue(snapshot.samplesPerSecond > 0
                         ? (m_rows ? tr("%1 rows/s") : tr("%1 img/s")).arg(l.toString(snapshot.samplesPerSecond, 'f', 0))
                         : QString("–"));
}

void RunHeader::setFigures(double elapsed, const QString& learningRate, const EpochPoint* best)
{
    m_elapsedShown = elapsed;
    m_rateShown = learningRate;
    m_bestShown = best ? std::optional(*best) : std::nullopt;
    if (!adapts())
        showFigures();
}

void RunHeader::showFigures()
{
    m_elapsed->setValue(m_elapsedShown > 0 ? durationText(m_elapsedShown) : QString("–"));
    m_learningRate->setValue(m_rateShown.isEmpty() ? QString("–") : m_rateShown);
    if (!m_bestShown)
        m_best->setValue("–");
    else
        m_best->setValue(QString::number(m_bestShown->valAccuracy, 'f', 3),
                         tr("epoch %1").arg(m_bestShown->epoch + 1));
}

void RunHeader::setPossible(bool resumable, const QString& whyNot)
{
    m_resumable = resumable;
    m_whyNot = whyNot;
    showButtons();
}

void RunHeader::showButtons()
{
    const bool running = m_state == RunState::Running || m_state == RunState::Preparing;
    const bool paused = m_state == RunState::Paused;
    const bool learning = adapts();
    m_main->setText(learning         ? tr("Cancel")
                        : running    ? tr("Pause")
                        : paused     ? tr("Go on")
                        : m_adaptsFirst ? tr("Adapt all and train")
                                     : tr("Train"));
    m_main->setIcon(themedIcon(learning ? "close" : running ? "pause" : "play", &Theme::onAccent));
    const bool possible = learning || running || paused || m_whyNot.isEmpty();
    m_main->setEnabled(possible);
    if (!possible)
        m_main->setIcon(themedIcon("play", &Theme::text3));
    m_main->setToolTip(!possible     ? m_whyNot
                           : learning ? tr("What was learned before stays (Esc)")
                           : running ? tr("Pauses after the step (F5)")
                           : paused  ? tr("Goes on (F5)")
                           : m_adaptsFirst
                           ? tr("Lets the layers learn from the data, then starts a run (F5)")
                           : tr("Starts a run (F5)"));
    m_resume->setVisible(!learning && !running && !paused && m_resumable);
    m_stepButton->setVisible(running || paused);
    m_stepButton->setEnabled(paused);
    m_stepButton->setToolTip(paused ? tr("Trains on one batch (F6)") : tr("Pause first"));
    m_stopButton->setVisible(running || paused);
    m_stopButton->setToolTip(tr("Ends the run and keeps what was learned (Shift+F5)"));
}

void RunHeader::toggle()
{
    if (!m_main->isEnabled() || adapts()) // a second F5 is no wish to cancel
        return;
    if (m_state == RunState::Running || m_state == RunState::Preparing)
        Q_EMIT pauseRequested();
    else if (m_state == RunState::Paused)
        Q_EMIT resumeRequested();
    else
        Q_EMIT trainRequested();
}

void RunHeader::step()
{
    if (m_state == RunState::Paused)
        Q_EMIT stepRequested();
}

void RunHeader::stop()
{
    if (adapts())
        return Q_EMIT cancelRequested();
    if (m_state == RunState::Running || m_state == RunState::Preparing || m_state == RunState::Paused)
        Q_EMIT stopRequested();
}

void RunHeader::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = adapts()                                                       ? theme.warn
        : m_state == RunState::Running || m_state == RunState::Finished                 ? theme.ok
        : m_state == RunState::Failed                                                   ? theme.error
        : m_state == RunState::Idle                                                     ? theme.text3
                                                                                        : theme.warn;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QPointF(20, height() / 2.0), 5, 5);
    if (m_state == RunState::Running) {
        QColor halo = color;
        halo.setAlphaF(0.25F);
        painter.setBrush(halo);
        painter.drawEllipse(QPointF(20, height() / 2.0), 9, 9);
    }
}

} // namespace lb
