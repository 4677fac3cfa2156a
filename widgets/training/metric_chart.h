#pragma once

#include "widgets/training/run_series.h"

#include <QWidget>

class QLabel;

namespace lb {

class MetricPlot;

/// One value of one run over epochs, steps or time: train as a thin raw and a smoothed accent
/// line, validation in orange with squares and never smoothed. It shows the values under the
/// mouse.
class MetricChart : public QWidget {
    Q_OBJECT
public:
    MetricChart(ChartValue value, const QString& title, QWidget* parent = nullptr);

    void setSeries(const RunSeries* series); ///< outlives the chart, or null
    void setAxis(ChartX x);
    void setSmoothing(double smoothing); ///< 0..0.99
    void setRawVisible(bool visible);
    void refresh(); ///< after the series grew

    /// What the readout says at a point of the plot in widget coordinates; "" outside.
    QString readoutAt(const QPoint& position) const;
    QRect plotRect() const; ///< in widget coordinates

protected:
    void changeEvent(QEvent* event) override;

private:
    ChartValue m_value;
    const RunSeries* m_series = nullptr;
    MetricPlot* m_plot;
    QLabel* m_train;
    QLabel* m_validation;
};

} // namespace lb
