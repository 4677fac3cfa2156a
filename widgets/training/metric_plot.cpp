#include "widgets/training/metric_plot.h"

#include "widgets/support/axis_format.h"
#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"

#include <QChart>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr int kMostPoints = 900;

constexpr double kMostSteps = 7;
constexpr int kLabelMargins = 10; // above and below a text of Qt Charts

/// A round number that covers the span in at most `most` steps, and in half as many at least.
double niceStep(double span, double most = kMostSteps)
{
    if (!(span > 0))
        return 1;
    const double power = std::pow(10, std::floor(std::log10(span / most)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (span / (factor * power) <= most)
            return factor * power;
    return 10 * power;
}

double nearestY(const QList<QPointF>& points, double x)
{
    double best = std::numeric_limits<double>::infinity();
    double y = std::numeric_limits<double>::quiet_NaN();
    for (const QPointF& point : points)
        if (std::abs(point.x() - x) < best) {
            best = std::abs(point.x() - x);
            y = point.y();
        }
    return y;
}

/// A range and its ticks at once: in between the axis would count the new range in the old steps,
/// which may be a million.
void setTicks(QValueAxis& axis, double from, double to, double step)
{
    axis.setTickInterval(std::max(axis.tickInterval(), step));
    axis.setRange(from, to);
    axis.setTickInterval(step);
    axis.setLabelFormat(axisFormat(step));
}

} // namespace

MetricPlot::MetricPlot(ChartValue value, QWidget* parent)
    : QChartView(parent)
    , m_value(value)
    , m_raw(new QLineSeries(this))
    , m_smooth(new QLineSeries(this))
    , m_validation(new QLineSeries(this))
    , m_squares(new QScatterSeries(this))
    , m_axisX(new QValueAxis(this))
    , m_axisY(new QValueAxis(this))
{
    setRenderHint(QPainter::Antialiasing);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setMinimumSize(200, 160);
    QChart* plot = chart();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->legend()->hide();
    plot->setMargins({0, 4, 0, 0});
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->setBackgroundRoundness(0);
    m_squares->setMarkerShape(QScatterSeries::MarkerShapeRectangle);
    m_squares->setMarkerSize(6);
    plot->addAxis(m_axisX, Qt::AlignBottom);
    plot->addAxis(m_axisY, Qt::AlignLeft);
    for (QXYSeries* series : std::initializer_list<QXYSeries*>{m_raw, m_smooth, m_validation, m_squares}) {
        plot->addSeries(series);
        series->attachAxis(m_axisX);
        series->attachAxis(m_axisY);
    }
    restyle();
    fitAxes();
}

void MetricPlot::restyle()
{
    const Theme& theme = currentTheme();
    setBackgroundBrush(theme.panel);
    chart()->setBackgroundBrush(theme.panel);
    chart()->setBackgroundPen(Qt::NoPen);
    chart()->setPlotAreaBackgroundVisible(false);
    QColor faint = theme.accent;
    faint.setAlphaF(0.32F);
    m_raw->setPen(QPen(faint, 1));
    m_smooth->setPen(QPen(theme.accent, 2));
    m_validation->setPen(QPen(theme.validation, 2));
    m_squares->setBrush(theme.validation);
    m_squares->setPen(QPen(Qt::NoPen));
    m_squares->setBorderColor(Qt::transparent);
    for (QValueAxis* axis : {m_axisX, m_axisY}) {
        axis->setLabelsFont(uiFont(FontRole::MonoSmall));
        axis->setLabelsColor(theme.text3);
        axis->setGridLineColor(theme.line);
        axis->setLinePenColor(theme.line2);
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTickAnchor(0);
    }
    update();
}

void MetricPlot::setSeries(const RunSeries* series)
{
    m_series = series;
    m_hover.reset();
    refresh();
}

void MetricPlot::setAxis(ChartX x)
{
    m_x = x;
    m_hover.reset();
    refresh();
}

void MetricPlot::setSmoothing(double smoothing)
{
    m_smoothing = smoothing;
    refresh();
}

void MetricPlot::setRawVisible(bool visible)
{
    m_raw->setVisible(visible);
    fitAxes();
}

void MetricPlot::refresh()
{
    if (m_series == nullptr) {
        for (QXYSeries* series : std::initializer_list<QXYSeries*>{m_raw, m_smooth, m_validation, m_squares})
            series->clear();
    } else {
        m_raw->replace(m_series->raw(m_value, m_x, kMostPoints));
        m_smooth->replace(m_series->smoothed(m_value, m_x, m_smoothing, kMostPoints));
        const QVector<QPointF> validation = m_series->validation(m_value, m_x);
        m_validation->replace(validation);
        m_squares->replace(validation);
    }
    fitAxes();
}

void MetricPlot::fitAxes()
{
    double right = 0, least = std::numeric_limits<double>::infinity(), most = -least;
    const auto take = [&](const QList<QPointF>& points) {
        for (const QPointF& point : points) {
            right = std::max(right, point.x());
            least = std::min(least, point.y());
            most = std::max(most, point.y());
        }
    };
    take(m_raw->isVisible() ? m_raw->points() : m_smooth->points());
    take(m_smooth->points());
    take(m_validation->points());
    const double stepX = niceStep(right > 0 ? right : 1);
    setTicks(*m_axisX, 0, std::max(right * 1.02, stepX),
             m_x == ChartX::Epoch ? std::max(1.0, stepX) : stepX);
    if (!std::isfinite(least)) {
        least = 0;
        most = 1;
    }
    // Qt Charts puts dots in place of labels that stand too close; those of x take the room of one
    const int label = QFontMetrics(uiFont(FontRole::MonoSmall)).height() + kLabelMargins;
    const double labels = static_cast<double>(viewport()->height()) / label - 1;
    const double stepY
        = niceStep(std::max(most - least, 0.02), std::clamp(labels - 2, 1.0, kMostSteps));
    const double bottom = std::max(0.0, std::floor(least / stepY) * stepY);
    double top = std::ceil(most / stepY + 0.05) * stepY;
    if (m_value == ChartValue::Accuracy)
        top = std::min(top, std::max(1.0, bottom + stepY));
    setTicks(*m_axisY, bottom, std::max(top, bottom + stepY), stepY);
    viewport()->update();
}

double MetricPlot::lastSmoothed() const
{
    return m_smooth->count() > 0 ? m_smooth->points().last().y()
                                 : std::numeric_limits<double>::quiet_NaN();
}

QRectF MetricPlot::plotArea() const
{
    return chart()->plotArea();
}

double MetricPlot::xAt(const QPointF& position) const
{
    return chart()->mapToValue(position, m_smooth).x();
}

QString MetricPlot::readout(double x) const
{
    if (m_series == nullptr || m_smooth->count() == 0)
        return {};
    const double epochLength = static_cast<double>(m_series->stepsPerEpoch());
    double step = m_x == ChartX::Epoch ? x * epochLength : x;
    if (m_x == ChartX::Time) {
        const auto& steps = m_series->steps();
        const auto at = std::ranges::find_if(
            steps, [&](const StepPoint& s) { return m_series->secondsAt(s.step) >= x; });
        step = static_cast<double>((at == steps.end() ? steps.back().step : at->step) + 1);
    }
    step = std::clamp(std::round(step), 1.0, static_cast<double>(m_series->steps().back().step + 1));
    return tr("epoch %1, step %2\ntrain\t%3\nvalidation\t%4")
        .arg(std::ceil(step / epochLength), 0, 'f', 0)
        .arg(QLocale().toString(step, 'f', 0), metricText(nearestY(m_smooth->points(), x)),
             metricText(nearestY(m_validation->points(), x)));
}

void MetricPlot::drawForeground(QPainter* painter, const QRectF& rect)
{
    QChartView::drawForeground(painter, rect);
    if (!m_hover || m_smooth->count() == 0)
        return;
    const Theme& theme = currentTheme();
    const double y = nearestY(m_smooth->points(), *m_hover);
    const QPointF at = chart()->mapToPosition({*m_hover, y}, m_smooth);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(theme.text3, 1));
    painter->drawLine(QPointF(at.x(), plotArea().top()), QPointF(at.x(), plotArea().bottom()));
    painter->setPen(QPen(theme.accent, 2));
    painter->setBrush(theme.panel);
    painter->drawEllipse(at, 4, 4);
    paintCard(*painter, *m_hover, at);
}

void MetricPlot::paintCard(QPainter& painter, double x, const QPointF& anchor) const
{
    const Theme& theme = currentTheme();
    const QStringList lines = readout(x).split('\n');
    if (lines.size() != 3)
        return;
    QRectF card(0, 0, 148, 58);
    card.moveTopLeft({anchor.x() + 12, plotArea().top() + 8});
    if (card.right() > plotArea().right())
        card.moveRight(anchor.x() - 12);
    painter.setPen(QPen(theme.line2, 1));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(card, 6, 6);
    for (int i = 0; i < 3; ++i) {
        const QRectF line = card.adjusted(9, 6 + i * 16, -9, 0);
        const QStringList parts = lines[i].split('\t');
        painter.setFont(uiFont(i == 0 ? FontRole::Hint : FontRole::Base));
        painter.setPen(i == 0 ? theme.text2 : theme.text);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignTop, parts[0]);
        if (parts.size() < 2)
            continue;
        painter.setFont(uiFont(FontRole::Mono));
        painter.setPen(i == 1 ? theme.accent : theme.validation);
        painter.drawText(line, Qt::AlignRight | Qt::AlignTop, parts[1]);
    }
}

void MetricPlot::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF position = event->position();
    m_hover.reset();
    if (plotArea().contains(position))
        m_hover = xAt(position);
    viewport()->update();
}

void MetricPlot::leaveEvent(QEvent*)
{
    m_hover.reset();
    viewport()->update();
}

void MetricPlot::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    m_hover.reset();
    fitAxes();
}

} // namespace lb
