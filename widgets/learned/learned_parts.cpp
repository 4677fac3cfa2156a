#include "widgets/learned/learned_parts.h"

#include "widgets/support/controls.h"

#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

namespace lb {

QString learnedNumber(double value)
{
    QString text = QLocale::c().toString(value, 'g', 5);
    return text.replace('-', QChar(0x2212));
}

QString learnedCount(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString learnedPercent(double share)
{
    return QLocale().toString(100 * share, 'f', 1) + " %";
}

QWidget* titledPart(const QString& title, QWidget* note, QWidget* part)
{
    auto* box = new QWidget;
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(title, "title"), 1);
    if (note)
        head->addWidget(note);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(12, 8, 8, 4);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(part, 1);
    return box;
}

QSplitter* sideBySide(QWidget* left, QWidget* right, int leftWidth, int rightWidth)
{
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    left->setMinimumWidth(300);
    split->setSizes({10 * leftWidth, 10 * rightWidth});
    split->setStretchFactor(0, leftWidth);
    split->setStretchFactor(1, rightWidth);
    return split;
}

} // namespace lb
