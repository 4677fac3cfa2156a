#include "widgets/inspector/range_slider.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr double kInset = 8;
constexpr double kRadius = 6;

} // namespace

RangeSlider::RangeSlider(Handles handles, QWidget* parent)
    : QWidget(parent)
    , m_handles(handles)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(24);
}

void RangeSlider::setBounds(double from, double to, double step)
{
    m_from = from;
    m_to = to > from ? to : from + 1;
    m_step = step > 0 ? step : (m_to - m_from) / 100;
    update();
}

void RangeSlider::setValues(double low, double high)
{
    m_low = low;
    m_high = high;
    update();
}

QPoint RangeSlider::handlePosition(int handle) const
{
    return {static_cast<int>(std::lround(xOf(handle == 0 ? m_low : m_high))), height() / 2};
}

double RangeSlider::xOf(double value) const
{
    const double part = std::clamp((value - m_from) / (m_to - m_from), 0.0, 1.0);
    return kInset + part * (width() - 2 * kInset);
}

double RangeSlider::valueAt(double x) const
{
    const double part = std::clamp((x - kInset) / std::max(width() - 2 * kInset, 1.0), 0.0, 1.0);
    return m_from + part * (m_to - m_from);
}

void RangeSlider::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const double middle = height() / 2.0;
    painter.setBrush(theme.hover);
    painter.drawRoundedRect(QRectF(kInset, middle - 2, width() - 2 * kInset, 4), 2, 2);
    const QColor ink = isEnabled() ? theme.accent : theme.line2;
    const double zero = m_from <= 0 && m_to >= 0 ? xOf(0) : xOf(m_from);
    const double left = m_handles == Handles::Two ? xOf(m_low) : std::min(zero, xOf(m_high));
    const double right = m_handles == Handles::Two ? xOf(m_high) : std::max(zero, xOf(m_high));
    painter.setBrush(ink);
    painter.drawRoundedRect(QRectF(left, middle - 2, right - left, 4), 2, 2);
    for (int handle = m_handles == Handles::Two ? 0 : 1; handle < 2; ++handle) {
        const QPointF at(xOf(handle == 0 ? m_low : m_high), middle);
        const bool lit = isEnabled() && (handle == m_hovered || (m_dragging && handle == m_handle));
        painter.setBrush(theme.panel);
        painter.drawEllipse(at, kRadius + 2, kRadius + 2);
        painter.setBrush(lit ? ink.lighter(theme.isDark ? 115 : 120) : ink);
        painter.drawEllipse(at, kRadius, kRadius);
        painter.setBrush(theme.isDark ? theme.onAccent : theme.panel);
        painter.drawEllipse(at, 2, 2);
        if (hasFocus() && handle == m_handle) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.accent, 1));
            painter.drawEllipse(at, kRadius + 2, kRadius + 2);
            painter.setPen(Qt::NoPen);
        }
    }
}

void RangeSlider::moveTo(double value, bool mirrored, bool dragging)
{
    value = std::clamp(std::round(value / m_step) * m_step, m_from, m_to);
    value = std::round(value * 1e9) / 1e9; // steps are decimal, sums of them are not
    double low = m_low, high = m_high;
    if (m_handles == Handles::One) {
        high = value;
    } else if (mirrored) {
        high = std::min(std::abs(value), std::min(m_to, std::max(-m_from, 0.0)));
        low = -high;
    } else if (m_handle == 0) {
        low = std::min(value, m_high);
    } else {
        high = std::max(value, m_low);
    }
    if (low == m_low && high == m_high)
        return;
    m_low = low;
    m_high = high;
    update();
    Q_EMIT moved(low, high, dragging);
}

void RangeSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    const double x = event->position().x();
    const double toLow = std::abs(x - xOf(m_low)), toHigh = std::abs(x - xOf(m_high));
    if (m_handles == Handles::Two)
        m_handle = toLow < toHigh || (toLow == toHigh && x < xOf(m_low)) ? 0 : 1;
    m_dragging = true;
    // a press on the handle holds it where it is
    if (std::abs(x - xOf(m_handle == 0 ? m_low : m_high)) > kRadius + 2)
        moveTo(valueAt(x), event->modifiers() & Qt::ShiftModifier, true);
    update();
}

void RangeSlider::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (m_dragging) {
        moveTo(valueAt(x), event->modifiers() & Qt::ShiftModifier, true);
        return;
    }
    const bool low = m_handles == Handles::Two && std::abs(x - xOf(m_low)) <= kRadius + 2;
    const bool high = std::abs(x - xOf(m_high)) <= kRadius + 2;
    const int hovered = high ? 1 : low ? 0 : -1;
    if (hovered != std::exchange(m_hovered, hovered))
        update();
}

void RangeSlider::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return event->ignore();
    m_dragging = false;
    update();
    Q_EMIT released();
}

void RangeSlider::keyPressEvent(QKeyEvent* event)
{
    const double at = m_handle == 0 ? m_low : m_high;
    double to = at;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        to -= m_step;
        break;
    case Qt::Key_Right:
    case Qt::Key_Up:
        to += m_step;
        break;
    case Qt::Key_PageDown:
        to -= 10 * m_step;
        break;
    case Qt::Key_PageUp:
        to += 10 * m_step;
        break;
    case Qt::Key_Home:
        to = m_from;
        break;
    case Qt::Key_End:
        to = m_to;
        break;
    case Qt::Key_Space:
        if (m_handles == Handles::Two)
            m_handle = 1 - m_handle;
        update();
        return;
    default:
        return QWidget::keyPressEvent(event);
    }
    moveTo(to, event->modifiers() & Qt::ShiftModifier, event->isAutoRepeat());
    Q_EMIT released();
}

void RangeSlider::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

} // namespace lb
