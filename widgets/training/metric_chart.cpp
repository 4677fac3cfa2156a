#include "widgets/training/metric_chart.h"

#include "widgets/support/controls.h"
#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"
#include "widgets/training/metric_plot.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include <cmath>

namespace lb {
namespace {

/// The line of a legend: what the series looks like in the plot.
class Swatch : public QWidget {
public:
    Swatch(Token token, bool square, QWidget* parent)
        : QWidget(parent)
        , m_token(token)
        , m_square(square)
    {
        setFixedSize(16, 12);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const QColor color = currentTheme().*m_token;
        painter.fillRect(0, 5, width(), 2, color);
        if (m_square)
            painter.fillRect(5, 3, 6, 6, color);
    }

private:
    Token m_token;
    bool m_square;
};

QLabel* legend(QHBoxLayout* row, const QString& name, Token token, bool square, QWidget* parent)
{
    row->addWidget(new Swatch(token, square, parent));
    row->addWidget(makeLabel(name, "hint", parent));
    QLabel* value = makeLabel("–", "mono", parent);
    row->addWidget(value);
    return value;
}

} // namespace

MetricChart::MetricChart(ChartValue value, const QString& title, QWidget* parent)
    : QWidget(parent)
    , m_value(value)
    , m_plot(new MetricPlot(value, this))
{
    setAccessibleName(title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 4);
    layout->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(makeLabel(title, "title", this));
    row->addStretch(1);
    m_train = legend(row, tr("train"), &Theme::accent, false, this);
    row->addSpacing(8);
    m_validation = legend(row, tr("validation"), &Theme::validation, true, this);
    layout->addLayout(row);
    layout->addWidget(m_plot, 1);
}

void MetricChart::setSeries(const RunSeries* series)
{
    m_series = series;
    m_plot->setSeries(series);
    refresh();
}

void MetricChart::setAxis(ChartX x)
{
    m_plot->setAxis(x);
}

void MetricChart::setSmoothing(double smoothing)
{
    m_plot->setSmoothing(smoothing);
    refresh();
}

void MetricChart::setRawVisible(bool visible)
{
    m_plot->setRawVisible(visible);
}

void MetricChart::refresh()
{
    m_plot->refresh();
    m_train->setText(metricText(m_plot->lastSmoothed()));
    const QVector<QPointF> validation
        = m_series != nullptr ? m_series->validation(m_value, ChartX::Epoch) : QVector<QPointF>();
    m_validation->setText(validation.isEmpty() ? QString("–") : metricText(validation.last().y()));
}

QString MetricChart::readoutAt(const QPoint& position) const
{
    const QPointF inside = m_plot->mapFrom(this, position);
    return m_plot->plotArea().contains(inside) ? m_plot->readout(m_plot->xAt(inside)) : QString();
}

QRect MetricChart::plotRect() const
{
    return m_plot->plotArea().toRect().translated(m_plot->pos());
}

void MetricChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        m_plot->restyle();
}

} // namespace lb
