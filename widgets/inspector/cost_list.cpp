#include "widgets/inspector/cost_list.h"

#include "widgets/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

constexpr int kCostRow = 20;

QString milliseconds(double ms)
{
    return QString::number(ms, 'f', ms < 10 ? 3 : 1);
}

} // namespace

CostList::CostList(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CostList::setEntries(std::vector<CostEntry> entries, NodeId current, const QString& sumName)
{
    const bool resized = entries.size() != m_entries.size();
    m_entries = std::move(entries);
    m_current = current;
    m_sumName = sumName;
    if (resized) {
        setFixedHeight(sizeHint().height());
        updateGeometry();
    }
    update();
}

QSize CostList::sizeHint() const
{
    return {264, static_cast<int>(m_entries.size() + 1) * kCostRow + 4};
}

void CostList::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    double most = 1e-9, sum = 0;
    for (const CostEntry& entry : m_entries) {
        most = std::max(most, entry.ms);
        sum += entry.ms;
    }
    const double nameWidth = std::min(132.0, width() * 0.46);
    const double valueWidth = 52;
    int y = 0;
    for (const CostEntry& entry : m_entries) {
        const bool current = entry.node == m_current;
        painter.setFont(uiFont(current ? FontRole::Title : FontRole::Base));
        painter.setPen(current ? theme.text : theme.text2);
        const QFontMetrics metrics(painter.font());
        painter.drawText(
            QRectF(0, y, nameWidth - 8, kCostRow), Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(entry.name, Qt::ElideMiddle, static_cast<int>(nameWidth - 8)));
        const QRectF groove(nameWidth, y + kCostRow / 2.0 - 3, width() - nameWidth - valueWidth, 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(groove, 3, 3);
        QRectF bar = groove;
        bar.setWidth(std::max(entry.ms > 0 ? 6.0 : 0.0, groove.width() * entry.ms / most));
        painter.setBrush(current ? theme.accent : theme.line2);
        if (entry.ms > 0)
            painter.drawRoundedRect(bar, 3, 3);
        painter.setFont(uiFont(FontRole::Mono));
        painter.setPen(current ? theme.text : theme.text2);
        painter.drawText(QRectF(width() - valueWidth, y, valueWidth, kCostRow),
                         Qt::AlignRight | Qt::AlignVCenter, milliseconds(entry.ms));
        y += kCostRow;
    }
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.text2);
    painter.drawText(QRectF(0, y + 4, width(), kCostRow), Qt::AlignLeft | Qt::AlignVCenter, m_sumName);
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text);
    painter.drawText(QRectF(0, y + 4, width(), kCostRow), Qt::AlignRight | Qt::AlignVCenter,
                     tr("%1 ms").arg(milliseconds(sum)));
}

void CostList::mousePressEvent(QMouseEvent* event)
{
    const auto row = static_cast<std::size_t>(std::max(0.0, event->position().y()) / kCostRow);
    if (row < m_entries.size())
        Q_EMIT nodeClicked(m_entries[row].node);
}

} // namespace lb
