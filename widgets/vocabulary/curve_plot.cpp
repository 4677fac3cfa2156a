#include "widgets/vocabulary/curve_plot.h"

#include "widgets/support/axis_format.h"
#include "widgets/theme/theme.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QPainter>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kMostCurvePoints = 600;

/// Points that a screen can tell apart: the first and last, and some between them.
QList<QPointF> thinned(const QList<QPointF>& points, bool logarithmic)
{
    if (points.size() <= kMostCurvePoints)
        return points;
    QList<QPointF> kept;
    const auto last = static_cast<double>(points.size() - 1);
    qsizetype before = -1;
    for (int i = 0; i < kMostCurvePoints; ++i) {
        const double share = static_cast<double>(i) / (kMostCurvePoints - 1);
        const double at = logarithmic ? std::pow(last + 1, share) - 1 : last * share;
        const auto index = static_cast<qsizetype>(std::lround(at));
        if (index != before)
            kept << points[index];
        before = index;
    }
    return kept;
}

/// A number that a quarter of is round, too.
double roundedUp(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 4.0, 6.0, 8.0, 10.0})
        if (factor * power >= value)
            return factor * power;
    return value;
}

} // namespace

CurvePlot::CurvePlot(Scale scale, QColor (*color)(), const QString& name, QWidget* parent)
    : QChartView(parent)
    , m_scale(scale)
    , m_color(color)
    , m_line(new QLineSeries(this))
{
    setAccessibleName(name);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumSize(140, 120);
    setFocusPolicy(Qt::NoFocus); // it has no keys
    QChart* plot = chart();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->legend()->hide();
    plot->setMargins({0, 4, 4, 0});
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->setBackgroundRoundness(0);
    if (scale == Scale::LogLog) {
        m_x = new QLogValueAxis(this);
        m_y = new QLogValueAxis(this);
    } else {
        m_x = new QValueAxis(this);
        m_y = new QValueAxis(this);
    }
    plot->addAxis(m_x, Qt::AlignBottom);
    plot->addAxis(m_y, Qt::AlignLeft);
    plot->addSeries(m_line);
    m_line->attachAxis(m_x);
    m_line->attachAxis(m_y);
    restyle();
}

void CurvePlot::setCurve(QList<QPointF> points)
{
    m_points = std::move(points);
    m_line->replace(thinned(m_points, m_scale == Scale::LogLog));
    fitAxes();
}

void CurvePlot::setMark(std::optional<QPointF> point, const QString& text)
{
    m_mark = point;
    m_markText = text;
    viewport()->update();
}

void CurvePlot::setCut(std::optional<double> x, const QString& text)
{
    m_cut = x;
    m_cutText = text;
    viewport()->update();
}

void CurvePlot::fitAxes()
{
    double right = 1, top = 0;
    for (const QPointF& point : m_points) {
        right = std::max(right, point.x());
        top = std::max(top, point.y());
    }
    if (m_scale == Scale::LogLog) {
        for (const auto& [axis, most] : {std::pair{m_x, right}, {m_y, std::max(top, 1.0)}}) {
            auto* logarithmic = static_cast<QLogValueAxis*>(axis);
            logarithmic->setBase(10);
            logarithmic->setLabelFormat("%g");
            logarithmic->setRange(1, std::pow(10, std::ceil(std::log10(std::max(most, 10.0)))));
        }
    } else {
        auto* x = static_cast<QValueAxis*>(m_x);
        auto* y = static_cast<QValueAxis*>(m_y);
        const double most = roundedUp(std::max(top, 1.0));
        for (const auto& [axis, end] : {std::pair{x, roundedUp(right)}, {y, most}}) {
            axis->setTickCount(5);
            axis->setLabelFormat(axisFormat(end / 4));
            axis->setRange(0, end);
        }
    }
    viewport()->update();
}

void CurvePlot::restyle()
{
    const Theme& theme = currentTheme();
    setBackgroundBrush(theme.panel);
    chart()->setBackgroundBrush(theme.panel);
    chart()->setBackgroundPen(Qt::NoPen);
    m_line->setPen(QPen(m_color(), 2));
    for (QAbstractAxis* axis : {m_x, m_y}) {
        axis->setLabelsFont(uiFont(FontRole::MonoSmall));
        axis->setLabelsColor(theme.text3);
        axis->setGridLineColor(theme.line);
        axis->setLinePenColor(theme.line2);
    }
    update();
}

void CurvePlot::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        restyle();
}

QPointF CurvePlot::place(const QPointF& value) const
{
    return chart()->mapToPosition(value, m_line);
}

QPointF CurvePlot::markPlace() const
{
    return m_mark ? place(*m_mark) : QPointF();
}

QRectF CurvePlot::markTextPlace() const
{
    if (!m_mark || m_markText.isEmpty())
        return {};
    constexpr double kApart = 8, kHeight = 16;
    const QPointF at = place(*m_mark);
    const QRectF area = chart()->plotArea();
    const double room = viewport()->width();
    const double wanted = QFontMetricsF(uiFont(FontRole::MonoSmall)).horizontalAdvance(m_markText) + 1;
    const bool right = at.x() + kApart + wanted <= room || at.x() < area.center().x();
    const double width = std::min(wanted, right ? room - at.x() - kApart : at.x() - kApart);
    const bool below = !right && at.y() + 4 + kHeight <= area.bottom(); // curves fall: free there
    return {right ? at.x() + kApart : at.x() - kApart - width,
            below ? at.y() + 4 : std::max(at.y() - 18, area.top() - 2), width, kHeight};
}

void CurvePlot::drawForeground(QPainter* painter, const QRectF& rect)
{
    QChartView::drawForeground(painter, rect);
    const QRectF area = chart()->plotArea();
    const Theme& theme = currentTheme();
    painter->setFont(uiFont(FontRole::MonoSmall));
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_cut) {
        const double x = std::clamp(place({*m_cut, 1}).x(), area.left(), area.right());
        painter->setPen(QPen(theme.accent, 1, Qt::DashLine));
        painter->drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter->setPen(theme.text2);
        const bool left = x > area.center().x();
        const QRectF box(left ? area.left() : x + 6, area.top() + 2,
                         left ? x - 6 - area.left() : area.right() - x - 6, 16);
        painter->drawText(box, left ? Qt::AlignRight : Qt::AlignLeft, m_cutText);
    }
    if (m_mark) {
        const QPointF at = place(*m_mark);
        painter->setPen(QPen(theme.text, 2));
        painter->setBrush(theme.panel);
        painter->drawEllipse(at, 4, 4);
        painter->setPen(theme.text);
        const QRectF words = markTextPlace();
        painter->drawText(words, Qt::AlignLeft,
                          painter->fontMetrics().elidedText(m_markText, Qt::ElideRight,
                                                            static_cast<int>(std::ceil(words.width()))));
    }
}

} // namespace lb
