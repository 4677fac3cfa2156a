#include "widgets/canvas/canvas_impl.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>

// Qt's events, passed on to what Impl makes of them; and what is painted behind and over items.
namespace lb {

bool CanvasView::event(QEvent* event)
{
    // Single letters are ours while the canvas has the focus, whatever shortcut has them outside.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* keys = static_cast<QKeyEvent*>(event);
        const bool plain = !(keys->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
        if (m_impl->drag.active() || (plain && keys->key() == Qt::Key_Space)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        m_impl->scene.update();
        m_impl->updateHeader(); // its links have the theme's colour
        viewport()->update();
    }
    return QGraphicsView::event(event);
}

bool CanvasView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        return m_impl->showTip(help->pos(), help->globalPos());
    }
    return QGraphicsView::viewportEvent(event);
}

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect)
{
    const Theme& theme = currentTheme();
    painter->fillRect(rect, theme.canvas);
    double step = 16;
    while (step * zoom() < 11)
        step *= 2;
    if (step > 64)
        return;
    QList<QPointF> dots;
    for (double y = std::floor(rect.top() / step) * step; y < rect.bottom(); y += step)
        for (double x = std::floor(rect.left() / step) * step; x < rect.right(); x += step)
            dots.append({x, y});
    QPen pen(theme.dot, 1.5);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&)
{
    const Theme& theme = currentTheme();
    const Impl& d = *m_impl;
    QPen pen(theme.accent, 1);
    pen.setCosmetic(true);
    if (d.mode == Impl::Mode::Banding) {
        painter->setPen(pen);
        painter->setBrush(canvas::withAlpha(theme.accent, 0.12));
        painter->drawRect(d.band);
    } else if (d.mode == Impl::Mode::Cutting) {
        pen.setColor(theme.error);
        pen.setWidthF(1.5);
        pen.setStyle(Qt::DashLine);
        painter->setPen(pen);
        painter->drawLine(d.pressScene, d.cutEnd);
    }
}

void CanvasView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    m_impl->placeOverlays();
    if (m_impl->kept == Impl::Kept::Fit)
        fitAll();
    else if (m_impl->kept == Impl::Kept::Opening)
        showOpening();
}

void CanvasView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    m_impl->updateMinimap();
}

void CanvasView::mousePressEvent(QMouseEvent* event)
{
    m_impl->press(*event);
    event->accept();
}

void CanvasView::mouseMoveEvent(QMouseEvent* event)
{
    m_impl->move(*event);
    event->accept();
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event)
{
    m_impl->release(*event);
    event->accept();
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QPointF point = m_impl->toScene(event->position());
    if (event->button() == Qt::LeftButton && !m_impl->scene.nodeAt(point)) {
        Q_EMIT paletteRequested(event->position().toPoint());
        event->accept();
        return;
    }
    const canvas::NodeItem* node = m_impl->scene.nodeAt(point);
    if (event->button() == Qt::LeftButton && node && node->face().composite) {
        event->accept();
        Q_EMIT enterRequested(node->face().id);
        return;
    }
    m_impl->press(*event); // the second press of a fast user is a press
    event->accept();
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event)
{
    event->accept(); // the menu opens on release, when it is known that nobody pans
}

void CanvasView::wheelEvent(QWheelEvent* event)
{
    const double notches = event->angleDelta().y() / 120.0;
    if (notches != 0)
        m_impl->setZoom(m_impl->zoom() * std::pow(1.15, notches), event->position());
    event->accept();
}

void CanvasView::keyPressEvent(QKeyEvent* event)
{
    if (!m_impl->key(*event))
        event->ignore(); // the window's
}

void CanvasView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->isAutoRepeat())
        return;
    if (event->key() == Qt::Key_Space) {
        m_impl->spaceDown = false;
        viewport()->unsetCursor();
    } else if (event->key() == Qt::Key_Y) {
        m_impl->cutDown = false;
    }
    event->ignore();
}

void CanvasView::focusOutEvent(QFocusEvent* event)
{
    m_impl->spaceDown = m_impl->cutDown = false; // their release goes elsewhere
    QGraphicsView::focusOutEvent(event);
    m_impl->showSelection();
}

bool CanvasView::focusNextPrevChild(bool next)
{
    // Tab opens the palette; Shift+Tab leaves, so that nobody is trapped.
    return next ? false : QGraphicsView::focusNextPrevChild(false);
}

} // namespace lb
