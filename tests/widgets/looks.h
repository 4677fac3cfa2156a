#pragma once

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QLabel>
#include <QPushButton>
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

/// The button with this text, or null.
inline QPushButton* button(QWidget& view, const QString& text)
{
    for (QPushButton* found : view.findChildren<QPushButton*>())
        if (found->text() == text)
            return found;
    return nullptr;
}

/// What the labels say that can be seen, a line each.
inline QString allText(const QWidget& view)
{
    QCoreApplication::processEvents(); // shows what was just added to layouts
    QStringList lines;
    for (const QLabel* label : view.findChildren<QLabel*>())
        if (label->isVisibleTo(&view))
            lines << label->text();
    return lines.join('\n');
}

} // namespace lb
