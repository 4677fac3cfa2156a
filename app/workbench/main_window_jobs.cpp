#include "app/workbench/main_window.h"

#include "app/workbench/canvas_page.h"
#include "app/workbench/session.h"
#include "app/workbench/status_line.h"
#include "app/workbench/toolbar.h"
#include "app/workbench/window_actions.h"
#include "widgets/data/data_view.h"
#include "widgets/problems/problems_view.h"
#include "widgets/support/translated.h"

#include <QFileDialog>
#include <QTimer>

// What runs beside the window: opening the data, adapting.
namespace lb {
namespace {

constexpr int kTrainingPollMs = 300;

QString kindOf(const LayerDef& source)
{
    const Config* kind = source.config.find("kind");
    const auto* name = kind ? kind->as<std::string>() : nullptr;
    return name ? QString::fromStdString(*name) : QString();
}

/// A file of texts or of a table where the project reads those, else a folder.
QString chosenData(QWidget* parent, const QString& kind)
{
    if (QStringList{"sentences", "text", "passengers", "csv"}.contains(kind))
        return QFileDialog::getOpenFileName(
            parent, MainWindow::tr("Choose the data"), {},
            MainWindow::tr("Texts and tables (*.csv *.tsv *.txt);;All files (*)"));
    return QFileDialog::getExistingDirectory(parent, MainWindow::tr("Choose the data"));
}

} // namespace

void MainWindow::connectJobs()
{
    connect(&m_data, &DataOpener::started, this, [this] {
        if (!m_adapt.isRunning())
            m_status->startJob(tr("Opening the data"));
    });
    connect(&m_data, &DataOpener::progressed, this, [this](double done, double total) {
        if (!m_adapt.isRunning())
            m_status->setJob(done, total);
    });
    connect(&m_data, &DataOpener::finished, this, [this] {
        if (!m_adapt.isRunning())
            m_status->endJob();
        showDocument();
        m_status->takeBack(m_missing); // it is no longer so
        if (!m_session.sourceError().isEmpty()) {
            m_missing = tr("The data are not open. %1").arg(m_session.sourceError());
            complain(m_missing);
        }
    });
    connect(&m_adapt, &AdaptRunner::started, this, [this] {
        m_status->startJob(tr("Adapting"));
        m_toolbar->setAdapting(true);
    });
    connect(&m_adapt, &AdaptRunner::progressed, this, [this](const Progress& at) {
        m_status->setJob(at.done, at.total);
        m_status->setJobPace(at.rate, at.secondsLeft);
    });
    connect(&m_adapt, &AdaptRunner::finished, this, [this](const QString& summary) {
        m_status->endJob();
        m_toolbar->setAdapting(false);
        showDocument(); // Train may go on with a run
        note(summary);
    });
    connect(m_status, &StatusLine::cancelJob, &m_adapt, &AdaptRunner::cancel);
    connect(m_actions->adaptAll, &QAction::triggered, this, [this] { m_adapt.start(); });

    connect(m_actions->chooseData, &QAction::triggered, this, [this] {
        const Node* node = m_session.document().source();
        const LayerDef* layer = node ? m_session.document().layerOf(node->id) : nullptr;
        const QString path = layer ? chosenData(this, kindOf(*layer)) : QString();
        if (!path.isEmpty() && m_views.chooseData)
            m_views.chooseData(sourceKindOf(path, kindOf(*layer)), path);
    });
    connect(m_problems, &ProblemsView::findDataRequested, m_actions->chooseData,
            &QAction::trigger);
    connect(m_page, &CanvasPage::chooseDataRequested, m_actions->chooseData, &QAction::trigger);
    connect(m_page, &CanvasPage::madeDataRequested, this, [this](const QString& kind) {
        if (m_views.chooseData)
            m_views.chooseData(kind, {});
    });

    // The trainer tells its own view; the button and the menu only want to know whether it runs.
    auto* poll = new QTimer(this);
    connect(poll, &QTimer::timeout, this, [this, last = false]() mutable {
        const bool training = m_views.isTraining && m_views.isTraining();
        m_actions->stop->setEnabled(training);
        if (training != last)
            showDocument();
        last = training;
    });
    poll->start(kTrainingPollMs);
}

} // namespace lb
