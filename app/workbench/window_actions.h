#pragma once

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>

namespace lb {

/// Everything the window can be told to do by menu, key, toolbar or the search box; made here,
/// connected by whom they concern.
struct WindowActions {
    Q_DECLARE_TR_FUNCTIONS(lb::WindowActions)
public:
    explicit WindowActions(QWidget* window);

    // File
    QAction *newProject, *open, *save, *saveAs, *exportBundle, *predict, *quit;
    // Edit
    QAction *undo, *redo, *remove, *removeReconnect, *duplicate, *find;
    // Graph
    QAction *addLayer, *arrange, *fit, *frameSelected, *mute, *collapse, *frame, *group,
        *dissolve, *behindBatch, *beforeBatch, *enterGroup, *leaveGroup, *openSpace, *minimap;
    // Data and run
    QAction *chooseData, *adaptAll, *train, *stop, *phase;
    // View and help
    QAction *design, *data, *trainSpace, *exportSpace, *darkTheme, *lightTheme, *paletteRail,
        *resetLayout, *shortcuts, *about;
    QActionGroup *workspaces, *themes;

    QList<QAction*> all() const { return m_all; } ///< what the search box offers

private:
    QAction* make(QWidget* window, const QString& text, const QString& icon,
                  const QKeySequence& key = {}, const QString& canvasKey = {});
    QList<QAction*> m_all;
};

/// The key of an action for people; also of those that only the canvas listens to.
QString keyText(const QAction& action);

} // namespace lb
