#include "widgets/training/bottleneck_bars.h"

#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lb {

double Bottleneck::pipelineCapacity() const
{
    const double ms = std::accumulate(callMs.begin(), callMs.end(), 0.0);
    return ms > 0 ? 1'000.0 * workers / ms : 0;
}

double Bottleneck::pipelineLoad() const
{
    const double capacity = pipelineCapacity();
    return capacity > 0 ? std::clamp(samplesPerSecond / capacity, 0.0, 1.0) : 0;
}

BottleneckBars::BottleneckBars(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Who starves whom"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BottleneckBars::setBottleneck(const Bottleneck& bottleneck)
{
    m_bottleneck = bottleneck;
    setAccessibleDescription(verdict());
    update();
}

QString BottleneckBars::verdict() const
{
    if (m_bottleneck.samplesPerSecond <= 0)
        return tr("Nothing was measured yet.");
    return m_bottleneck.modelBound()
        ? tr("The model is the slower half: more workers would not help.")
        : tr("The model waits for data: more workers or a cheaper pipeline would help.");
}

void BottleneckBars::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    const QLocale l = locale();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Bottleneck& b = m_bottleneck;
    const bool measured = b.samplesPerSecond > 0;
    painter.setFont(uiFont(FontRole::Title));
    painter.setPen(theme.text);
    painter.drawText(QRect(0, 0, width(), 18), Qt::AlignVCenter, tr("Who starves whom"));
    if (measured)
        paintVerdictChip(painter);
    const QString unknown = tr("not measured");
    paintBar(painter, 26,
             {"chip", tr("Pipeline"), b.pipelineLoad(), theme.group.image,
              b.pipelineCapacity() > 0 ? supplied() : unknown});
    paintBar(painter, 48,
             {"layers", tr("Model"), measured ? (b.modelBound() ? 1 : b.queue * 2) : 0,
              theme.accent,
              measured ? (b.rows ? tr("%1 rows/s") : tr("%1 img/s"))
                             .arg(l.toString(b.samplesPerSecond, 'f', 0))
                       : unknown});
    paintQueue(painter, 70, measured, unknown);
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text3);
    painter.drawText(QRect(22, 88, width() - 22, 16), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(verdict(), Qt::ElideRight, width() - 22));
}

void BottleneckBars::paintVerdictChip(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const bool model = m_bottleneck.modelBound();
    const QString word = model ? tr("model-bound") : tr("pipeline-bound");
    painter.setFont(uiFont(FontRole::Chip));
    const int wide = painter.fontMetrics().horizontalAdvance(word) + 14;
    const QRect chip(width() - wide, 0, wide, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(model ? theme.accentBg : theme.warnBg);
    painter.drawRoundedRect(chip, 4, 4);
    painter.setPen(model ? theme.accent : theme.warn);
    painter.drawText(chip, Qt::AlignCenter, word);
}

void BottleneckBars::paintBar(QPainter& painter, int y, const Bar& bar) const
{
    const Theme& theme = currentTheme();
    paintIcon(painter, QRectF(0, y + 2, 14, 14), bar.icon, theme.text2);
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.text);
    painter.drawText(QRect(22, y, kBarLeft - 22, 18), Qt::AlignVCenter, bar.name);
    const QRectF track(kBarLeft, y + 4, barRight() - kBarLeft, 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.hover);
    painter.drawRoundedRect(track, 3, 3);
    if (bar.load > 0) {
        QRectF full = track;
        full.setWidth(std::max(3.0, track.width() * bar.load));
        painter.setBrush(bar.color);
        painter.drawRoundedRect(full, 3, 3);
    }
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text2);
    painter.drawText(QRect(barRight() + 10, y, width() - barRight() - 10, 18), Qt::AlignVCenter,
                     bar.words);
}

void BottleneckBars::paintQueue(QPainter& painter, int y, bool measured,
                                const QString& unknown) const
{
    const Theme& theme = currentTheme();
    const Bottleneck& b = m_bottleneck;
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.text);
    painter.drawText(QRect(22, y, 70, 18), Qt::AlignVCenter, tr("Queue"));
    const int ready = static_cast<int>(std::lround(b.queue * b.queueBatches));
    for (int i = 0; i < b.queueBatches; ++i) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(i < ready && measured ? theme.ok : theme.hover);
        painter.drawRoundedRect(QRectF(kBarLeft + i * 22, y + 4, 17, 9), 2, 2);
    }
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text2);
    painter.drawText(QRect(barRight() + 10, y, 200, 18), Qt::AlignVCenter,
                     measured ? tr("%1 of %2 ready").arg(ready).arg(b.queueBatches) : unknown);
}

QString BottleneckBars::supplied() const
{
    const Bottleneck& b = m_bottleneck;
    return (b.rows ? tr("%1 of %2 rows/s") : tr("%1 of %2 img/s"))
        .arg(locale().toString(b.samplesPerSecond, 'f', 0),
             locale().toString(b.pipelineCapacity(), 'f', 0));
}

/// Leaves room for the longest of the numbers behind the bars.
int BottleneckBars::barRight() const
{
    const int words = QFontMetrics(uiFont(FontRole::Mono)).horizontalAdvance(supplied());
    return std::max(140, width() - std::max(160, words) - 10);
}

bool BottleneckBars::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    QStringList lines{verdict()};
    for (std::size_t i = 0; i < m_bottleneck.callMs.size(); ++i)
        lines << (m_bottleneck.rows ? tr("%1\t%2 ms a row") : tr("%1\t%2 ms an image"))
                     .arg(m_bottleneck.calls.value(static_cast<int>(i)))
                     .arg(m_bottleneck.callMs[i], 0, 'f', 3);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), lines.join('\n'), this);
    return true;
}

} // namespace lb
