#include "widgets/predict/class_list.h"

#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

constexpr int kClassRow = 30;

} // namespace

ClassList::ClassList(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Top classes"));
}

void ClassList::setClasses(std::vector<ClassProbability> classes)
{
    m_classes = std::move(classes);
    QStringList words;
    for (const ClassProbability& one : m_classes)
        words << tr("%1 %2 %").arg(one.name).arg(one.probability * 100, 0, 'f', 1);
    setAccessibleDescription(words.join("; "));
    updateGeometry();
    update();
}

QSize ClassList::sizeHint() const
{
    return {320, std::max(1, static_cast<int>(m_classes.size())) * kClassRow};
}

QSize ClassList::minimumSizeHint() const
{
    return {220, sizeHint().height()};
}

void ClassList::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < std::ssize(m_classes); ++i) {
        const ClassProbability& one = m_classes[static_cast<std::size_t>(i)];
        const QRect row(0, i * kClassRow, width(), kClassRow);
        painter.setFont(uiFont(i == 0 ? FontRole::Title : FontRole::Base));
        painter.setPen(i == 0 ? theme.text : theme.text2);
        painter.drawText(row.adjusted(0, 0, -64, -10), Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(one.name, Qt::ElideRight, width() - 70));
        painter.setFont(uiFont(FontRole::Mono));
        painter.drawText(row.adjusted(0, 0, 0, -10), Qt::AlignVCenter | Qt::AlignRight,
                         tr("%1 %").arg(one.probability * 100, 0, 'f', 1));
        const QRectF track(0, row.bottom() - 10, width(), 5);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(track, 2.5, 2.5);
        QRectF bar = track;
        bar.setWidth(std::max(5.0, track.width() * std::clamp(one.probability, 0.0, 1.0)));
        painter.setBrush(i == 0 ? theme.accent : theme.line2);
        painter.drawRoundedRect(bar, 2.5, 2.5);
    }
}

} // namespace lb
