#pragma once

#include "core/preview/growing_histogram.h"

#include <QChartView>

#include <optional>

class QAreaSeries;
class QLineSeries;
class QValueAxis;

namespace lb {

/// A histogram with upright lines in it: a mean and its deviation, or the ends of bins.
class HistogramChart : public QChartView {
    Q_OBJECT
public:
    struct Line {
        double x = 0;
        QString text; ///< may be empty
        bool strong = false; ///< a full line, else a dashed one
    };

    /// `color` names the bars' token, as Theme::group.numeric.
    HistogramChart(QColor (*color)(), const QString& name, QWidget* parent = nullptr);

    void setHistogram(const Histogram& histogram);
    void setLines(std::vector<Line> lines);
    void setBand(std::optional<std::pair<double, double>> band); ///< a shaded stretch of x
    void setWholeNumbers(bool whole); ///< x is counted: no fractions on the axis
    const Histogram& histogram() const { return m_histogram; }
    const std::vector<Line>& lines() const { return m_lines; }
    double lineX(std::size_t line) const; ///< in widget coordinates

protected:
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void fitAxes();
    void restyle();

    QColor (*const m_color)();
    Histogram m_histogram;
    std::vector<Line> m_lines;
    std::optional<std::pair<double, double>> m_band;
    bool m_whole = false;
    QLineSeries* m_top;
    QAreaSeries* m_area;
    QValueAxis *m_x, *m_y;
};

} // namespace lb
