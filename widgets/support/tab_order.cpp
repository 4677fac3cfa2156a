#include "widgets/support/tab_order.h"

#include <QAbstractButton>
#include <QLayout>
#include <QScrollArea>
#include <QSet>
#include <QSplitter>
#include <QTableWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QWidget>

#include <algorithm>
#include <vector>

namespace lb {
namespace {

/// The widgets with the focus policy of Tab, in the order of the layouts that hold them.
class Reading {
public:
    explicit Reading(QWidget& root) { read(&root); }
    std::vector<QWidget*> found;

private:
    void read(QWidget* widget)
    {
        const bool apart = widget && widget->isWindow() && !m_seen.isEmpty(); // a menu, a dialog
        if (!widget || apart || m_seen.contains(widget))
            return;
        m_seen.insert(widget);
        if ((widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy())
            found.push_back(widget);
        readParts(widget);
        if (widget->layout())
            readLayout(*widget->layout());
        for (QObject* child : widget->children()) // what no layout holds
            if (child->isWidgetType())
                read(static_cast<QWidget*>(child));
    }
    void readLayout(const QLayout& layout)
    {
        for (int i = 0; i < layout.count(); ++i) {
            QLayoutItem* item = layout.itemAt(i);
            if (item->widget())
                read(item->widget());
            else if (item->layout())
                readLayout(*item->layout());
        }
    }
    void readParts(QWidget* widget)
    {
        if (auto* split = qobject_cast<QSplitter*>(widget))
            for (int i = 0; i < split->count(); ++i)
                read(split->widget(i));
        if (auto* tabs = qobject_cast<QTabWidget*>(widget)) {
            read(tabs->tabBar());
            for (int i = 0; i < tabs->count(); ++i)
                read(tabs->widget(i));
        }
        if (auto* area = qobject_cast<QScrollArea*>(widget))
            read(area->widget());
        if (auto* table = qobject_cast<QTableWidget*>(widget))
            for (int row = 0; row < table->rowCount(); ++row)
                for (int column = 0; column < table->columnCount(); ++column)
                    read(table->cellWidget(row, column));
    }

    QSet<QWidget*> m_seen;
};

} // namespace

void tabAsItReads(QWidget& root)
{
    const std::vector<QWidget*> order = Reading(root).found;
    if (order.size() < 2)
        return;
    // The one that comes first now holds the place of all.
    const QSet<QWidget*> all(order.begin(), order.end());
    QWidget* first = root.window();
    do
        first = first->nextInFocusChain();
    while (!all.contains(first));
    if (first != order.front())
        QWidget::setTabOrder(first, order.front());
    for (std::size_t i = 1; i < order.size(); ++i)
        QWidget::setTabOrder(order[i - 1], order[i]);
}

void nameForReaders(QWidget& root, const QString& name)
{
    for (QWidget* each : Reading(root).found) {
        const auto* button = qobject_cast<QAbstractButton*>(each);
        if (!each->accessibleName().isEmpty() || (button && !button->text().isEmpty()))
            continue;
        const bool icon = button && !button->icon().isNull() && !button->toolTip().isEmpty();
        each->setAccessibleName(icon ? button->toolTip().section('\n', 0, 0) : name);
    }
}

} // namespace lb
