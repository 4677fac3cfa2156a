#pragma once

#include "app/workbench/main_window.h"

#include <QRect>
#include <QSize>
#include <QStringList>

#include <optional>

namespace lb {

/// What the program was told when it was started.
struct CommandLine {
    QString project; ///< a file; "" for none
    QString templateName = "drawn_shapes"; ///< where no project is named
    std::optional<QString> theme; ///< "dark", "light"; else that of the settings
    Workspace workspace = Workspace::Design;
    bool workspaceIsGiven = false; ///< else a run that is asked for shows its own
    QString screenshot; ///< "" for none: else the window is painted there and the program ends
    QString select; ///< the name of a node that is selected before; "" for none
    bool train = false; ///< and whether a run is finished before
    bool adapt = false; ///< and whether layers that learn from data have learned before
    QString compare; ///< "max_tokens=500": the selected layer learns anew with it, both states are shown
    QString adaptOn; ///< typed into "Try it", and adapted on before; "" for nothing
    QString tries; ///< typed into "Try it" that is in front, of the inspector or of Vocabulary
    QStringList tabs; ///< names of tabs that are brought to the front before: "try it", "preview"
    QSize size{1600, 1000};
    bool sizeIsGiven = false; ///< else the window's last one
    std::optional<int> exitCode; ///< set where there is nothing left to do (--help, a bad option)
    QString message; ///< what to print then
};

CommandLine parsedCommandLine(const QStringList& arguments);

/// Where a window of that size stands on a screen: as it is, centred, or made smaller with room for
/// its frame. `available`: what panels and docks leave of the screen.
QRect placeOnScreen(const QSize& size, const QRect& available);

} // namespace lb
