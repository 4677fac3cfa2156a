#pragma once

#include "app/workbench/adapt_runner.h"
#include "app/workbench/data_opener.h"
#include "app/workbench/views.h"

#include <QMainWindow>

class QStackedWidget;
class QTabWidget;

namespace lb {

class CanvasPage;
class CommandBox;
class FileActions;
class LayerPalette;
class LogView;
class ProblemsView;
class StatusLine;
class Toolbar;
struct WindowActions;

enum class Workspace { Design, Data, Train, Export };
QString workspaceKey(Workspace workspace); ///< "design": in settings and on the command line

/// The window of one project: joins the session with canvas, palette, problems, log and the views
/// of the four workspaces. The session outlives it.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Session& session, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return m_session; }
    CanvasView& canvas();
    LayerPalette& palette() { return *m_palette; }
    FileActions& files() { return *m_files; }
    WindowActions& actions() { return *m_actions; }
    const Views& views() const { return m_views; }

    void setWorkspace(Workspace workspace);
    Workspace workspace() const { return m_workspace; }
    /// As it was left: palette and tab; with `geometry` also size and place on the screen.
    void restorePlace(bool geometry = true);
    void showSearch(); ///< 'Find node or command'
    void train(); ///< or says why not
    void note(const QString& sentence); ///< into the log and, for a while, the status bar
    void complain(const QString& sentence); ///< an error that the user caused or must know
    void setJournalTrouble(const QString& why); ///< "" once edits are kept again
    bool settled() const; ///< every picture that was asked for is there

protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeDocks();
    void makeCentre();
    void connectSession();
    void connectJobs();
    void fillMenus();
    void fillGraphMenus();
    void saveLayout();
    void restoreLayout();
    void showDocument();
    void showTitle();
    void addLayerTabs();
    void showLayerTab(QWidget* view, bool wanted, bool inFront);
    void logEdit();

    Session& m_session;
    DataOpener m_data;
    AdaptRunner m_adapt;
    Views m_views;
    Workspace m_workspace = Workspace::Design;
    std::unique_ptr<WindowActions> m_actions;
    FileActions* m_files = nullptr;
    CanvasPage* m_page = nullptr;
    LayerPalette* m_palette = nullptr;
    ProblemsView* m_problems = nullptr;
    LogView* m_log = nullptr;
    StatusLine* m_status = nullptr;
    Toolbar* m_toolbar = nullptr;
    CommandBox* m_commands = nullptr;
    QStackedWidget* m_centre = nullptr;
    QTabWidget* m_tabs = nullptr;
    QDockWidget *m_paletteDock = nullptr, *m_inspectorDock = nullptr, *m_bottomDock = nullptr;
    int m_loggedIndex = 0;
    QString m_missing; ///< what was said of data that did not open
};

} // namespace lb
