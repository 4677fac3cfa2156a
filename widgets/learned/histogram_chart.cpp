#include "widgets/learned/histogram_chart.h"

#include "widgets/theme/theme.h"

#include <QAreaSeries>
#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

/// Even, so that half of it is a count, too.
double niceAbove(double value)
{
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1.0))));
    for (const double factor : {2.0, 4.0, 6.0, 8.0, 10.0})
        if (factor * power >= value)
            return factor * power;
    return value;
}

/// 1, 2 or 5 times a power of ten, about `value`.
double niceStep(double value)
{
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-30))));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= value)
            return factor * power;
    return 10 * power;
}

} // namespace

HistogramChart::HistogramChart(QColor (*color)(), const QString& name, QWidget* parent)
    : QChartView(parent)
    , m_color(color)
    , m_top(new QLineSeries(this))
    , m_area(new QAreaSeries(m_top))
    , m_x(new QValueAxis(this))
    , m_y(new QValueAxis(this))
{
    setAccessibleName(name);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumSize(150, 120);
    setFocusPolicy(Qt::NoFocus); // it has no keys
    setMouseTracking(true);
    QChart* plot = chart();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->legend()->hide();
    plot->setMargins({0, 4, 8, 0});
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->setBackgroundRoundness(0);
    plot->addAxis(m_x, Qt::AlignBottom);
    plot->addAxis(m_y, Qt::AlignLeft);
    plot->addSeries(m_area);
    m_area->attachAxis(m_x);
    m_area->attachAxis(m_y);
    m_x->setTickType(QValueAxis::TicksDynamic);
    m_x->setTickAnchor(0);
    m_y->setTickCount(3);
    m_y->setLabelsVisible(false); // Qt Charts cuts them after a change of range; see paintCounts()
    restyle();
    fitAxes();
}

/// A gap of a tenth between bars where there is room for one.
void HistogramChart::setHistogram(const Histogram& histogram)
{
    m_histogram = histogram;
    const double gap = histogram.counts.size() <= 64 ? 0.06 * histogram.width : 0;
    QList<QPointF> outline;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const double left = histogram.from + histogram.width * static_cast<double>(i);
        const auto height = static_cast<double>(histogram.counts[i]);
        outline << QPointF(left + gap, 0) << QPointF(left + gap, height)
                << QPointF(left + histogram.width - gap, height)
                << QPointF(left + histogram.width - gap, 0);
    }
    m_top->replace(outline);
    fitAxes();
}

void HistogramChart::setLines(std::vector<Line> lines)
{
    m_lines = std::move(lines);
    viewport()->update();
}

void HistogramChart::setStretches(std::vector<Stretch> stretches)
{
    m_stretches = std::move(stretches);
    viewport()->update();
}

void HistogramChart::setBand(std::optional<std::pair<double, double>> band)
{
    m_band = band;
    viewport()->update();
}

void HistogramChart::setWholeNumbers(bool whole)
{
    m_whole = whole;
    fitAxes();
}

void HistogramChart::fitAxes()
{
    const double span = std::max(m_histogram.to() - m_histogram.from, 1e-30);
    const double step = m_whole ? std::max(1.0, niceStep(span / 6)) : niceStep(span / 5);
    // beyond so many steps from 0 the axis would count them all
    const bool far = std::max(std::abs(m_histogram.from), std::abs(m_histogram.to())) > 1e4 * step;
    m_x->setTickAnchor(far ? m_histogram.from : 0);
    m_x->setTickInterval(step);
    m_x->setRange(m_histogram.from - 0.02 * span, m_histogram.to() + 0.02 * span);
    const int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
    m_x->setLabelFormat(step >= 1e5 || digits > 4 || far ? QString("%.2e")
                                                         : QString("%.%1f").arg(digits));
    const auto highest = m_histogram.counts.empty()
        ? 1.0
        : static_cast<double>(*std::ranges::max_element(m_histogram.counts));
    m_y->setRange(0, niceAbove(highest));
    viewport()->update();
}

void HistogramChart::restyle()
{
    const Theme& theme = currentTheme();
    setBackgroundBrush(theme.panel);
    chart()->setBackgroundBrush(theme.panel);
    chart()->setBackgroundPen(Qt::NoPen);
    QColor fill = m_color();
    fill.setAlphaF(0.75f);
    m_area->setBrush(fill);
    m_area->setPen(Qt::NoPen);
    for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(m_x), static_cast<QAbstractAxis*>(m_y)}) {
        axis->setLabelsFont(uiFont(FontRole::MonoSmall));
        axis->setLabelsColor(theme.text3);
        axis->setGridLineColor(theme.line);
        axis->setLinePenColor(theme.line2);
    }
    m_x->setGridLineVisible(false);
    update();
}

void HistogramChart::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        restyle();
}

double HistogramChart::lineX(std::size_t line) const
{
    return chart()->mapToPosition({m_lines[line].x, 0}, m_area).x();
}

void HistogramChart::mouseMoveEvent(QMouseEvent* event)
{
    QChartView::mouseMoveEvent(event);
    const double x = chart()->mapToValue(event->position(), m_area).x();
    const auto bin = static_cast<std::int64_t>(std::floor((x - m_histogram.from) / m_histogram.width));
    if (bin < 0 || bin >= std::ssize(m_histogram.counts))
        return QToolTip::hideText();
    const QLocale locale = QLocale::c();
    const double left = m_histogram.from + m_histogram.width * static_cast<double>(bin);
    const QString count = QLocale().toString(
        static_cast<qlonglong>(m_histogram.counts[static_cast<std::size_t>(bin)]));
    QToolTip::showText(event->globalPosition().toPoint(),
                       m_whole ? tr("%1: %2").arg(locale.toString(left, 'g', 6), count)
                               : tr("%1 to %2: %3")
                                     .arg(locale.toString(left, 'g', 6),
                                          locale.toString(left + m_histogram.width, 'g', 6), count),
                       this);
}

double HistogramChart::xOf(double value) const
{
    const QRectF area = chart()->plotArea();
    return std::clamp(chart()->mapToPosition({value, 0}, m_area).x(), area.left(), area.right());
}

void HistogramChart::drawForeground(QPainter* painter, const QRectF& rect)
{
    QChartView::drawForeground(painter, rect);
    const QRectF area = chart()->plotArea();
    if (m_band) {
        QColor shade = currentTheme().accent;
        shade.setAlphaF(0.14f);
        const double left = xOf(m_band->first);
        painter->fillRect(QRectF(left, area.top(), xOf(m_band->second) - left, area.height()), shade);
    }
    painter->setFont(uiFont(FontRole::MonoSmall));
    painter->setRenderHint(QPainter::Antialiasing, false);
    paintCounts(*painter);
    paintLines(*painter);
    paintStretches(*painter);
}

/// Under the two upper grid lines, at the right, where most histograms are low.
void HistogramChart::paintCounts(QPainter& painter) const
{
    const QRectF area = chart()->plotArea();
    painter.setPen(currentTheme().text3);
    for (const double share : {1.0, 0.5}) {
        const double y = area.bottom() - share * area.height();
        painter.drawText(QRectF(area.left(), y + 1, area.width() - 2, 14), Qt::AlignRight,
                         QLocale().toString(m_y->max() * share, 'f', 0));
    }
}

void HistogramChart::paintLines(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const QRectF area = chart()->plotArea();
    const QFontMetricsF metrics(painter.font());
    const auto inside = [this](const Line& line) {
        return line.x >= m_x->min() && line.x <= m_x->max();
    };
    for (const Line& line : m_lines) {
        if (!inside(line))
            continue;
        painter.setPen(QPen(theme.accent, line.strong ? 2 : 1,
                            line.strong ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(xOf(line.x), area.top()), QPointF(xOf(line.x), area.bottom()));
    }
    std::vector<QRectF> taken; // by texts: the next one goes below
    for (const Line& line : m_lines) {
        if (!inside(line) || line.text.isEmpty())
            continue;
        const double x = xOf(line.x);
        const double width = metrics.horizontalAdvance(line.text) + 8;
        const bool left = x + width + 4 > area.right();
        QRectF box(left ? x - width - 3 : x + 3, area.top() + 2, width, 16);
        while (std::ranges::any_of(taken, [&](const QRectF& other) { return other.intersects(box); }))
            box.translate(0, 17);
        taken.push_back(box);
        painter.fillRect(box, theme.panel);
        painter.setPen(theme.text2);
        painter.drawText(box, Qt::AlignCenter, line.text);
    }
}

void HistogramChart::paintStretches(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const QRectF area = chart()->plotArea();
    const QFontMetricsF metrics(painter.font());
    for (const Stretch& stretch : m_stretches) {
        const double left = xOf(stretch.from), right = xOf(stretch.to);
        const double width = metrics.horizontalAdvance(stretch.text) + 6;
        if (right - left < width)
            continue;
        const QRectF box((left + right - width) / 2, area.top() + 2, width, 16);
        painter.fillRect(box, theme.panel);
        painter.setPen(theme.text2);
        painter.drawText(box, Qt::AlignCenter, stretch.text);
    }
}

} // namespace lb
