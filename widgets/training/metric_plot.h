#pragma once

#include "widgets/training/run_series.h"

#include <QChartView>
#include <QLineSeries>
#include <QScatterSeries>
#include <QValueAxis>

#include <optional>

namespace lb {

/// The plot of a MetricChart: Qt Charts' axes and lines, and a readout over them.
class MetricPlot : public QChartView {
    Q_OBJECT
public:
    explicit MetricPlot(ChartValue value, QWidget* parent = nullptr);

    void setSeries(const RunSeries* series);
    void setAxis(ChartX x);
    void setSmoothing(double smoothing);
    void setRawVisible(bool visible);
    void refresh();
    void restyle();

    double lastSmoothed() const; ///< NaN if there is none
    QString readout(double x) const; ///< the three lines of the card
    QRectF plotArea() const;
    double xAt(const QPointF& position) const; ///< of a point in widget coordinates

protected:
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitAxes();
    void paintCard(QPainter& painter, double x, const QPointF& anchor) const;

    const ChartValue m_value;
    ChartX m_x = ChartX::Epoch;
    double m_smoothing = 0.6;
    const RunSeries* m_series = nullptr;
    QLineSeries* m_raw;
    QLineSeries* m_smooth;
    QLineSeries* m_validation;
    QScatterSeries* m_squares;
    QValueAxis* m_axisX;
    QValueAxis* m_axisY;
    std::optional<double> m_hover;
};

} // namespace lb
