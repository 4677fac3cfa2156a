#include "widgets/export/export_strip.h"

#include "widgets/theme/theme.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace lb {
namespace {

constexpr int kHeight = 32;
constexpr int kStripGap = 28;

} // namespace

ExportStrip::ExportStrip(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Exported graph"));
}

void ExportStrip::setSteps(std::vector<ExportStep> steps)
{
    m_steps = std::move(steps);
    QStringList words;
    for (const ExportStep& step : m_steps)
        words << (step.removed ? tr("%1, left out").arg(step.name) : step.name);
    setAccessibleDescription(words.join("; "));
    updateGeometry();
    resize(sizeHint());
    update();
}

int ExportStrip::widthOf(const ExportStep& step) const
{
    return QFontMetrics(uiFont(FontRole::Title)).horizontalAdvance(step.name) + 40;
}

QRect ExportStrip::stepRect(int index) const
{
    int x = 1;
    for (int i = 0; i < index; ++i)
        x += widthOf(m_steps[static_cast<std::size_t>(i)]) + kStripGap;
    return {x, 1, widthOf(m_steps[static_cast<std::size_t>(index)]), kHeight};
}

QSize ExportStrip::sizeHint() const
{
    const int count = static_cast<int>(m_steps.size());
    return {count == 0 ? 0 : stepRect(count - 1).right() + 3, kHeight + 3};
}

void ExportStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < std::ssize(m_steps); ++i) {
        const ExportStep& step = m_steps[static_cast<std::size_t>(i)];
        const QRect box = stepRect(i);
        painter.setPen(step.removed ? QPen(theme.trainOnly, 1, Qt::DashLine) : QPen(theme.line2, 1));
        painter.setBrush(step.removed ? QBrush(Qt::NoBrush) : QBrush(theme.raised));
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        const QRectF tile(box.left() + 8, box.center().y() - 8, 18, 18);
        paintTile(painter, tile, step.iconName,
                  step.removed ? theme.trainOnly
                               : layerColor(step.kerasClass.toStdString(), About::Family::Layer));
        QFont font = uiFont(step.removed ? FontRole::Base : FontRole::Title);
        font.setStrikeOut(step.removed);
        painter.setFont(font);
        painter.setPen(step.removed ? theme.trainOnly : theme.text);
        painter.drawText(box.adjusted(32, 0, 0, 0), Qt::AlignVCenter, step.name);
        if (i + 1 < std::ssize(m_steps)) {
            const double y = box.center().y() + 0.5, x = box.right() + 9;
            painter.setPen(QPen(theme.text3, 1.2));
            painter.drawLine(QPointF(x, y), QPointF(x + 12, y));
            painter.drawLine(QPointF(x + 8, y - 4), QPointF(x + 12, y));
            painter.drawLine(QPointF(x + 8, y + 4), QPointF(x + 12, y));
        }
    }
}

bool ExportStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (int i = 0; i < std::ssize(m_steps); ++i)
        if (stepRect(i).contains(help->pos())) {
            const ExportStep& step = m_steps[static_cast<std::size_t>(i)];
            QToolTip::showText(help->globalPos(),
                               step.removed
                                   ? tr("%1 only works in training and is left out").arg(step.name)
                                   : tr("%1 goes into the bundle").arg(step.name),
                               this);
            return true;
        }
    QToolTip::hideText();
    return true;
}

} // namespace lb
