#include "app/workbench/export_runner.h"
#include "app/workbench/predict_runner.h"
#include "app/workbench/session.h"
#include "app/workbench/views.h"

#include <QDialog>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QVBoxLayout>

namespace lb {
namespace {

/// The predict panel in a window of its own, made when it is first wanted.
class PredictDialog : public QDialog {
    Q_OBJECT
public:
    PredictDialog(Session& session, QWidget* parent)
        : QDialog(parent)
        , m_panel(new PredictPanel(this))
        , m_runner(new PredictRunner(session, m_panel, this))
    {
        setObjectName("predict");
        setWindowTitle(tr("Predict"));
        resize(760, 520);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_panel);
    }

    PredictRunner* runner() const { return m_runner; }

private:
    PredictPanel* m_panel; // Qt children
    PredictRunner* m_runner;
};

void askForFile(ExportView* view, ExportRunner* runner, ExportView::Format format)
{
    const QString folder = QFileInfo(view->target()).path();
    const QString path = QFileDialog::getSaveFileName(view, ExportView::formatName(format),
                                                      QDir(folder).filePath(nameOfFile(format)));
    if (!path.isEmpty())
        runner->writeFormat(format, path);
}

} // namespace

void addExportViews(Views& views, Session& session, CanvasView&, QWidget* parent)
{
    auto* view = new ExportView(parent);
    auto* runner = new ExportRunner(session, view, view);
    views.exportPanel = view;
    views.addSettled([view, runner] { return !view->isVisible() || !runner->isBusy(); });
    QObject::connect(view, &ExportView::formatRequested, runner,
                     [view, runner](ExportView::Format format) { askForFile(view, runner, format); });

    const auto dialog = [&session, parent]() -> PredictDialog* {
        auto* found = parent->findChild<PredictDialog*>("predict");
        return found ? found : new PredictDialog(session, parent);
    };
    const auto show = [dialog](const QString& model) {
        PredictDialog* shown = dialog();
        shown->show();
        shown->raise();
        shown->activateWindow();
        if (model.isEmpty())
            shown->runner()->useCurrent();
        else
            shown->runner()->open(model);
    };
    views.showPredict = [show] { show({}); };
    QObject::connect(view, &ExportView::predictRequested, runner,
                     [show, runner] { show(runner->written()); });
}

} // namespace lb

#include "export_views.moc"
