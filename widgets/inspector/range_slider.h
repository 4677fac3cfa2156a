#pragma once

#include <QWidget>

namespace lb {

/// One or two handles on a line. Handles keep their order; values beyond the ends stand at the
/// ends. Mouse: drag, click moves the nearest handle; Shift moves both alike, mirrored at zero.
/// Keys (on the handle that was used last): arrows, Page, Home, End; Tab-focus.
class RangeSlider : public QWidget {
    Q_OBJECT
public:
    enum class Handles : std::uint8_t { One, Two };
    explicit RangeSlider(Handles handles, QWidget* parent = nullptr);

    void setBounds(double from, double to, double step);
    void setValues(double low, double high); ///< emits nothing; with one handle `high` counts
    double low() const { return m_low; }
    double high() const { return m_high; }
    QPoint handlePosition(int handle) const; ///< 0 low, 1 high; the only one is 1

    QSize sizeHint() const override { return {120, 24}; }
    QSize minimumSizeHint() const override { return {48, 24}; }

signals:
    void moved(double low, double high, bool dragging); ///< by the user
    void released(); ///< a drag or a key ended

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    double xOf(double value) const;
    double valueAt(double x) const;
    void moveTo(double value, bool mirrored, bool dragging);

    Handles m_handles;
    double m_from = 0, m_to = 1, m_step = 0.01, m_low = 0, m_high = 1;
    int m_handle = 1; ///< in hand or used last
    bool m_dragging = false;
    int m_hovered = -1;
};

} // namespace lb
