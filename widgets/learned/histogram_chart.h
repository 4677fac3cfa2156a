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
    /// A stretch of x with a text in its middle, written where there is room for it.
    struct Stretch {
        double from = 0, to = 0;
        QString text;
    };

    /// `color` names the bars' token, as Theme::group.numeric.
    HistogramChart(QColor (*color)(), const QString& name, QWidget* parent = nullptr);

    void setHistogram(const Histogram& histogram);
    void setLines(std::vector<Line> lines);
    void setStretches(std::vector<Stretch> stretches);
    void setBand(std::optional<std::pair<double, double>> band); ///< a shaded stretch of x
    void setWholeNumbers(bool whole); ///< x is counted: no fractions on the axis
    const Histogram& histogram() const { return m_histogram; }
    const std::vector<Line>& lines() const { return m_lines; }
    const std::vector<Stretch>& stretches() const { return m_stretches; }
    double lineX(std::size_t line) const; ///< in widget coordinates

protected:
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void fitAxes();
    void restyle();
    void paintCounts(QPainter& painter) const;
    void paintLines(QPainter& painter) const;
    void paintStretches(QPainter& painter) const;
    double xOf(double value) const; ///< inside the plot, in widget coordinates

    QColor (*const m_color)();
    Histogram m_histogram;
    std::vector<Line> m_lines;
    std::vector<Stretch> m_stretches;
    std::optional<std::pair<double, double>> m_band;
    bool m_whole = false;
    QLineSeries* m_top;
    QAreaSeries* m_area;
    QValueAxis *m_x, *m_y;
};

} // namespace lb
