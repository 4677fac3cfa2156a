#include "widgets/training/checkpoint_list.h"

#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kCheckpointRow = 28;
constexpr int kLine = 22; // x of the line

} // namespace

CheckpointList::CheckpointList(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Checkpoints"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CheckpointList::setRows(std::vector<CheckpointRow> rows)
{
    if (rows == m_rows)
        return;
    m_rows = std::move(rows);
    updateGeometry();
    update();
}

void CheckpointList::setChosen(std::int64_t epoch)
{
    m_chosen = epoch;
    update();
}

QRect CheckpointList::rowRect(int row) const
{
    return {0, row * kCheckpointRow, width(), kCheckpointRow};
}

QSize CheckpointList::sizeHint() const
{
    return {200, std::max(1, static_cast<int>(m_rows.size())) * kCheckpointRow};
}

void CheckpointList::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int count = static_cast<int>(m_rows.size());
    for (int i = 0; i < count; ++i) {
        const CheckpointRow& row = m_rows[static_cast<std::size_t>(i)];
        const QRect box = rowRect(i);
        const bool chosen = row.epoch == m_chosen;
        if (chosen)
            painter.fillRect(box, theme.accentBg);
        if (chosen && hasFocus()) {
            painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(box.adjusted(1, 1, -2, -2));
        }
        painter.setPen(QPen(theme.accent, 2));
        painter.drawLine(kLine, i == 0 ? box.center().y() : box.top(), kLine,
                         i == count - 1 ? box.center().y() : box.bottom() + 1);
        painter.setBrush(row.kept ? theme.accent : theme.panel);
        painter.setPen(QPen(row.kept ? theme.panel : theme.accent, 2));
        painter.drawEllipse(QPointF(kLine, box.center().y()), row.best ? 6 : 5, row.best ? 6 : 5);

        painter.setPen(row.kept ? theme.text : theme.text3);
        painter.setFont(uiFont(chosen ? FontRole::Title : FontRole::Base));
        const QString name
            = (row.partial ? tr("part of epoch %1") : tr("epoch %1")).arg(row.epoch + 1);
        painter.drawText(box.adjusted(46, 0, 0, 0), Qt::AlignVCenter, name);
        if (row.best) {
            const int left = 46 + painter.fontMetrics().horizontalAdvance(name) + 8;
            painter.setFont(uiFont(FontRole::Chip));
            const QRectF chip(left, box.center().y() - 8,
                              painter.fontMetrics().horizontalAdvance(tr("best")) + 12, 17);
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.okBg);
            painter.drawRoundedRect(chip, 4, 4);
            painter.setPen(theme.ok);
            painter.drawText(chip, Qt::AlignCenter, tr("best"));
        }
        painter.setFont(uiFont(FontRole::Mono));
        painter.setPen(row.kept ? theme.text2 : theme.text3);
        painter.drawText(box.adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
                         metricText(row.accuracy));
    }
}

void CheckpointList::choose(int row)
{
    if (row < 0 || row >= std::ssize(m_rows) || !m_rows[static_cast<std::size_t>(row)].kept)
        return;
    m_chosen = m_rows[static_cast<std::size_t>(row)].epoch;
    update();
    Q_EMIT epochChosen(m_chosen);
}

void CheckpointList::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(event->position().toPoint().y() / kCheckpointRow);
}

void CheckpointList::keyPressEvent(QKeyEvent* event)
{
    const auto at = std::ranges::find(m_rows, m_chosen, &CheckpointRow::epoch);
    const int row = at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
    if (event->key() == Qt::Key_Down)
        choose(row + 1);
    else if (event->key() == Qt::Key_Up)
        choose(row - 1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace lb
