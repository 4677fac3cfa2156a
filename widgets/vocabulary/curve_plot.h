#pragma once

#include <QChartView>

#include <optional>

class QAbstractAxis;
class QLineSeries;
class QScatterSeries;

namespace lb {

/// One curve with a marked point and a line where it was cut: count by rank, error by size.
class CurvePlot : public QChartView {
    Q_OBJECT
public:
    enum class Scale : std::uint8_t { Linear, LogLog };

    /// `color` names the curve's token, as Theme::warn.
    CurvePlot(Scale scale, QColor (*color)(), const QString& name, QWidget* parent = nullptr);

    void setCurve(QList<QPointF> points); ///< ascending x; LogLog: positive
    void setMark(std::optional<QPointF> point, const QString& text = {});
    void setCut(std::optional<double> x, const QString& text = {});
    const QList<QPointF>& curve() const { return m_points; }
    QPointF markPlace() const; ///< in widget coordinates
    QRectF markTextPlace() const; ///< beside it, wholly inside; empty where nothing is marked

protected:
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void changeEvent(QEvent* event) override;

private:
    void fitAxes();
    void restyle();
    QPointF place(const QPointF& value) const;

    const Scale m_scale;
    QColor (*const m_color)();
    QList<QPointF> m_points;
    std::optional<QPointF> m_mark;
    std::optional<double> m_cut;
    QString m_markText, m_cutText;
    QLineSeries* m_line;
    QAbstractAxis *m_x = nullptr, *m_y = nullptr;
};

} // namespace lb
