#pragma once

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>
#include <QWidget>

namespace lb {

/// Every warning fails a test but those that the off-screen plugin and QTest's own clicks make.
inline QRegularExpression realWarnings()
{
    return QRegularExpression("^(?!This plugin does not support|Mouse event \"MouseRelease\")");
}

/// Saves the widget as a picture in both themes where the environment variable LAYERBENCH_LOOKS
/// names a folder, for eyes to look at.
inline void keepLooks(QWidget& widget, const QString& name)
{
    const QString folder = qEnvironmentVariable("LAYERBENCH_LOOKS");
    if (folder.isEmpty())
        return;
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
        setTheme(*theme);
        QCoreApplication::processEvents();
        widget.grab().save(QDir(folder).filePath(name + '_' + theme->name + ".png"));
    }
}

} // namespace lb
