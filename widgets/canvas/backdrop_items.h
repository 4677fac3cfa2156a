#pragma once

#include "widgets/canvas/canvas_paint.h"

#include <QGraphicsItem>

namespace lb::canvas {

/// The ground that the nodes of one stage stand on.
class LaneItem : public QGraphicsItem {
public:
    enum { Type = UserType + 4 };

    explicit LaneItem(Stage stage);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_rect.adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    void setLane(const QRectF& rect, bool empty);
    void setNote(const QString& note); ///< throughput, right
    void setTarget(bool target); ///< what is being dragged would land here
    const QRectF& rect() const { return m_rect; }
    bool isTarget() const { return m_target; }

private:
    Stage m_stage;
    QRectF m_rect;
    QString m_note;
    bool m_empty = false, m_target = false;
};

/// A titled border around nodes; dashed violet where all of them are for training only.
class FrameItem : public QGraphicsItem {
public:
    enum { Type = UserType + 5 };

    explicit FrameItem(const CanvasLook& look);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_rect.adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    void setFrame(const QRectF& rect, const QString& title, bool trainOnly);
    const QRectF& rect() const { return m_rect; }
    QRectF titleRect() const; ///< what one grabs to move the frame

private:
    const CanvasLook& m_look;
    QRectF m_rect;
    QString m_title;
    bool m_trainOnly = false;
};

} // namespace lb::canvas
