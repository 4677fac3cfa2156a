#include "widgets/data/class_bars.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

constexpr int kBarRow = 24;

} // namespace

ClassBars::ClassBars(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Classes"));
}

void ClassBars::setCounts(const ClassCounts& counts, QStringList names)
{
    m_counts = counts;
    m_names = std::move(names);
    m_chosen = -1;
    updateGeometry();
    update();
}

void ClassBars::setChosen(int index)
{
    m_chosen = index;
    update();
}

QRect ClassBars::rowRect(int index) const
{
    return {0, index * kBarRow, width(), kBarRow};
}

QSize ClassBars::sizeHint() const
{
    return {240, std::max(1, static_cast<int>(m_counts.counts.size())) * kBarRow};
}

QSize ClassBars::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

void ClassBars::paintEvent(QPaintEvent* event)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto most = m_counts.counts.empty() ? 1 : std::max<std::int64_t>(1, std::ranges::max(m_counts.counts));
    const int nameWidth = std::min(110, width() / 3);
    constexpr int kCountWidth = 56;
    const int first = std::max(0, event->rect().top() / kBarRow);
    const int last = std::min(static_cast<int>(m_counts.counts.size()) - 1, event->rect().bottom() / kBarRow);
    if (hasFocus() && m_chosen < 0) {
        painter.setPen(theme.accent);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
    for (int i = first; i <= last; ++i) {
        const QRect row = rowRect(i);
        const std::int64_t count = m_counts.counts[static_cast<std::size_t>(i)];
        const bool chosen = i == m_chosen;
        if (chosen) {
            painter.setPen(hasFocus() ? QPen(theme.accent, 1) : QPen(Qt::NoPen));
            painter.setBrush(theme.accentBg);
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 1.5, -0.5, -1.5), 4, 4);
        }
        painter.setFont(uiFont(FontRole::Base));
        painter.setPen(count == 0 ? theme.warn : theme.text);
        painter.drawText(row.adjusted(8, 0, 0, 0), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_names.value(i), Qt::ElideMiddle,
                                                          nameWidth - 12));
        const QRectF track(row.left() + nameWidth + 4, row.center().y() - 3,
                           std::max(8, row.width() - nameWidth - kCountWidth - 12), 8);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(track, 3, 3);
        QRectF bar = track;
        bar.setWidth(track.width() * static_cast<double>(count) / static_cast<double>(most));
        painter.setBrush(chosen ? theme.accent : theme.group.data);
        if (count > 0)
            painter.drawRoundedRect(bar, 3, 3);
        painter.setFont(uiFont(FontRole::Mono));
        painter.setPen(theme.text2);
        painter.drawText(row.adjusted(0, 0, -8, 0), Qt::AlignVCenter | Qt::AlignRight,
                         locale().toString(qlonglong{count}));
    }
}

void ClassBars::choose(int index)
{
    m_chosen = index;
    update();
    Q_EMIT classChosen(index);
}

void ClassBars::mousePressEvent(QMouseEvent* event)
{
    const int index = event->position().toPoint().y() / kBarRow;
    if (event->button() == Qt::LeftButton && index < std::ssize(m_counts.counts))
        choose(index == m_chosen ? -1 : index);
}

void ClassBars::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_counts.counts.size()) - 1;
    if (event->key() == Qt::Key_Down && last >= 0)
        choose(std::min(last, m_chosen + 1));
    else if (event->key() == Qt::Key_Up && last >= 0)
        choose(std::max(0, m_chosen - 1));
    else if (event->key() == Qt::Key_Escape && m_chosen >= 0)
        choose(-1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace lb
