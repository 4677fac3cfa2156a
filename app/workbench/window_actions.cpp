#include "app/workbench/window_actions.h"

#include "widgets/theme/theme.h"

#include <QWidget>

namespace lb {
namespace {

constexpr const char* kCanvasKey = "canvasKey";

} // namespace

QAction* WindowActions::make(QWidget* window, const QString& text, const QString& icon,
                             const QKeySequence& key, const QString& canvasKey)
{
    auto* action = new QAction(text, window);
    if (!icon.isEmpty())
        action->setIcon(themedIcon(icon));
    action->setProperty("icon", icon);
    action->setProperty(kCanvasKey, canvasKey);
    if (!key.isEmpty())
        action->setShortcut(key);
    else if (!canvasKey.isEmpty())
        action->setText(text + '\t' + canvasKey); // the canvas listens to it itself
    const QString name = QString(text).remove('&').remove("...");
    const QString shown = keyText(*action);
    action->setToolTip(shown.isEmpty() ? name : name + " (" + shown + ")");
    window->addAction(action); // a shortcut works while its menu is closed
    m_all << action;
    return action;
}

WindowActions::WindowActions(QWidget* w)
{
    newProject = make(w, tr("New from template..."), "plus", QKeySequence::New);
    open = make(w, tr("Open..."), "folder", QKeySequence::Open);
    save = make(w, tr("Save"), "file", QKeySequence::Save);
    saveAs = make(w, tr("Save as..."), "", QKeySequence("Ctrl+Shift+S"));
    exportBundle = make(w, tr("Export..."), "export", QKeySequence("Ctrl+E"));
    predict = make(w, tr("Predict..."), "predict", QKeySequence("Ctrl+P"));
    quit = make(w, tr("Quit"), "", QKeySequence("Ctrl+Q"));

    undo = make(w, tr("Undo"), "undo", QKeySequence("Ctrl+Z"));
    redo = make(w, tr("Redo"), "redo", QKeySequence("Ctrl+Shift+Z"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    remove = make(w, tr("Delete"), "trash", {}, "Del");
    removeReconnect = make(w, tr("Delete and reconnect"), "", {}, "Shift+Del");
    duplicate = make(w, tr("Duplicate"), "copy", {}, "Ctrl+D");
    find = make(w, tr("Find node or command"), "search", QKeySequence("Ctrl+K"));
    find->setShortcuts({QKeySequence("Ctrl+K"), QKeySequence("Ctrl+F")});

    addLayer = make(w, tr("Add layer"), "plus", {}, "Tab");
    arrange = make(w, tr("Arrange"), "arrange", {}, "L");
    fit = make(w, tr("Fit all"), "fit", {}, "Home");
    frameSelected = make(w, tr("Show selection"), "frame", {}, "F");
    mute = make(w, tr("Mute"), "mute", {}, "M");
    collapse = make(w, tr("Collapse"), "", {}, "H");
    frame = make(w, tr("Frame selection"), "", {}, "Ctrl+G");
    group = make(w, tr("Group selection"), "layers", {}, "Ctrl+Shift+G");
    dissolve = make(w, tr("Dissolve group"), "", {}, "Ctrl+Alt+G");
    behindBatch = make(w, tr("Move behind the batch"), "batch", {}, "B");
    beforeBatch = make(w, tr("Move before the batch"), "batch", {}, "Shift+B");
    enterGroup = make(w, tr("Open group"), "enter", {}, "Return");
    leaveGroup = make(w, tr("Leave group"), "", {}, "Esc");
    openSpace = make(w, tr("Open into its layers"), "layers", {}, "Ctrl+Alt+O");
    minimap = make(w, tr("Minimap"), "minimap");
    minimap->setCheckable(true);
    minimap->setChecked(true);

    chooseData = make(w, tr("Choose data..."), "folder");
    adaptAll = make(w, tr("Adapt all"), "wand", QKeySequence("Ctrl+Shift+A"));
    train = make(w, tr("Train"), "play", QKeySequence("F5"));
    stop = make(w, tr("Stop and keep"), "stop", QKeySequence("Shift+F5"));
    phase = make(w, tr("Show inference"), "flag", {}, "T");
    phase->setCheckable(true);

    workspaces = new QActionGroup(w);
    const auto space = [&](const QString& text, const char* icon, const char* key) {
        QAction* action = make(w, text, icon, QKeySequence(key));
        action->setCheckable(true);
        workspaces->addAction(action);
        return action;
    };
    design = space(tr("Design"), "design", "Ctrl+1");
    data = space(tr("Data"), "table", "Ctrl+2");
    trainSpace = space(tr("Train"), "train", "Ctrl+3");
    exportSpace = space(tr("Export"), "export", "Ctrl+4");
    design->setChecked(true);
    themes = new QActionGroup(w);
    darkTheme = make(w, tr("Dark theme"), "moon");
    lightTheme = make(w, tr("Light theme"), "sun");
    for (QAction* theme : {darkTheme, lightTheme}) {
        theme->setCheckable(true);
        themes->addAction(theme);
    }
    paletteRail = make(w, tr("Collapse palette"), "", QKeySequence("Ctrl+B"));
    paletteRail->setCheckable(true);
    resetLayout = make(w, tr("Reset layout"), "");
    shortcuts = make(w, tr("Keyboard shortcuts"), "info", QKeySequence("F1"));
    about = make(w, tr("About Layerbench"), "logo");
}

QString keyText(const QAction& action)
{
    const QString canvas = action.property(kCanvasKey).toString();
    return canvas.isEmpty() ? action.shortcut().toString(QKeySequence::NativeText) : canvas;
}

} // namespace lb
