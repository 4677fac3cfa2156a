#pragma once

#include "widgets/canvas/canvas_paint.h"
#include "widgets/canvas/wire_route.h"

#include <QGraphicsItem>

namespace lb::canvas {

/// What a wire shows; a value, so that an unchanged one does not repaint.
struct WireFace {
    PortKind kind = PortKind::Image;
    Pill pill;
    QString spoken; ///< for the tool tip
    bool fromIdentity = false; ///< dashed at inference
    bool labels = false; ///< quieter; fades at inference
    friend bool operator==(const WireFace& a, const WireFace& b)
    {
        return a.kind == b.kind && a.pill.shape == b.pill.shape && a.pill.range == b.pill.range
            && a.pill.extra == b.pill.extra && a.pill.warn == b.pill.warn && a.spoken == b.spoken
            && a.fromIdentity == b.fromIdentity && a.labels == b.labels;
    }
};

class PillItem;

/// The line of a wire; its pill is an item of its own, so that it lies over other wires.
class WireItem : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };

    WireItem(const CanvasLook& look, PillItem& pill);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    void setRoute(const WireEnds& ends, WireRoute route);
    void setFace(WireFace face);
    void setAccent(bool accent); ///< the source is selected
    void setTarget(bool target); ///< what is dropped here goes into the wire
    void setDetached(bool detached); ///< its end is in the user's hand
    /// Moves the pill to the first of its places where nothing is `taken`, and takes that; hides
    /// it where there is none.
    void placePill(Obstacles& taken);

    const WireEnds& ends() const { return m_ends; }
    const WireRoute& route() const { return m_route; }
    const WireFace& face() const { return m_face; }
    bool isTarget() const { return m_target; }
    bool isNear(QPointF point, double distance) const; ///< of the line

private:
    friend class PillItem;
    bool isFaded() const;

    const CanvasLook& m_look;
    PillItem& m_pill;
    WireEnds m_ends;
    WireRoute m_route;
    WireFace m_face;
    QRectF m_bounds;
    bool m_target = false, m_detached = false;
};

class PillItem : public QGraphicsItem {
public:
    enum { Type = UserType + 3 };

    explicit PillItem(const CanvasLook& look);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    bool isShown() const { return m_fits && m_hasPlace && isVisible(); }

private:
    friend class WireItem;
    void follow(const WireItem& wire);
    void place(QPointF at, bool hasPlace);

    const CanvasLook& m_look;
    Pill m_content;
    QRectF m_bounds;
    bool m_fits = true, m_faded = false;
    bool m_hasPlace = true;
};

/// The wire in the user's hand: in its colour, or dashed in the error colour where it is refused.
class LooseWireItem : public QGraphicsItem {
public:
    LooseWireItem();

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    void set(QPointF start, QPointF end, PortKind kind, bool refused);
    bool refused() const { return m_refused; }

private:
    QPainterPath m_path;
    PortKind m_kind = PortKind::Image;
    bool m_refused = false;
};

} // namespace lb::canvas
