#include "widgets/problems/log_view.h"

#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QStackedLayout>
#include <QTableWidget>
#include <QTime>

namespace lb {
namespace {

constexpr int kMostLogLines = 2'000;

QIcon iconOf(LogView::Kind kind)
{
    switch (kind) {
    case LogView::Kind::Edit:
        return themedIcon("design");
    case LogView::Kind::Note:
        return themedIcon("info");
    case LogView::Kind::Warning:
        return themedIcon("warning", &Theme::warn);
    case LogView::Kind::Error:
        break;
    }
    return themedIcon("cross-circle", &Theme::error);
}

} // namespace

LogView::LogView(QWidget* parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 3))
    , m_empty(new QLabel(tr("Nothing has happened yet.")))
{
    m_table->setObjectName("log");
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->setColumnWidth(0, 36);
    m_table->setColumnWidth(1, 72);
    m_table->setShowGrid(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("look", "caption");
    auto* stack = new QStackedLayout(this);
    stack->addWidget(m_empty);
    stack->addWidget(m_table);
}

void LogView::add(Kind kind, const QString& text)
{
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    if (m_table->rowCount() >= kMostLogLines)
        m_table->removeRow(0);
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem(iconOf(kind), {}));
    auto* time = new QTableWidgetItem(QTime::currentTime().toString("HH:mm:ss"));
    time->setFont(uiFont(FontRole::Mono));
    m_table->setItem(row, 1, time);
    auto* what = new QTableWidgetItem(text);
    what->setToolTip(text);
    m_table->setItem(row, 2, what);
    if (atEnd)
        m_table->scrollToBottom();
    static_cast<QStackedLayout*>(layout())->setCurrentIndex(1);
}

QStringList LogView::texts() const
{
    QStringList all;
    for (int row = 0; row < m_table->rowCount(); ++row)
        all << m_table->item(row, 2)->text();
    return all;
}

} // namespace lb
