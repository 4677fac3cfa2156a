#pragma once

#include "widgets/canvas/canvas_paint.h"
#include "widgets/canvas/node_geometry.h"

#include <QGraphicsItem>
#include <QImage>
#include <QPixmap>

namespace lb::canvas {

/// How a port answers to the wire that is being dragged.
enum class PortAnswer : std::uint8_t { None, Fits, Refused, Target, RefusedTarget };

/// Draws one node. Takes no events: the view knows where everything is.
class NodeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };

    explicit NodeItem(const CanvasLook& look);

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) override;

    /// Returns whether anything that wires or backdrops depend on changed.
    bool setFace(NodeFace face);
    void setThumbnail(const QImage& picture);
    const QImage& thumbnail() const { return m_picture; }
    void setCost(double milliseconds);
    void setSelected(bool selected, bool focused);
    void setAnswers(std::vector<PortAnswer> inputs, std::vector<PortAnswer> outputs);
    void setDragOffset(QPointF offset); ///< where the pointer holds it, beside its place

    const NodeFace& face() const { return m_face; }
    const NodeGeometry& geometry() const { return m_geometry; }
    bool hasThumbnail() const { return !m_picture.isNull(); }
    double cost() const { return m_cost; }
    bool selected() const { return m_selected; }
    QPointF dragOffset() const { return m_dragOffset; }
    QRectF bodyRect() const; ///< in the scene
    QPointF inputPlace(std::size_t index) const; ///< in the scene
    QPointF outputPlace(std::size_t index) const;
    /// The input called `port`; nothing if there is none.
    std::optional<std::size_t> inputIndex(const std::string& port) const;

private:
    struct Style; // colours and flags of one paint
    Style style() const;
    void paintBody(QPainter& painter, const Style& style) const;
    void paintHeader(QPainter& painter, const Style& style) const;
    void paintThumbnail(QPainter& painter, const QRectF& box) const;
    void paintParams(QPainter& painter) const;
    void paintFooter(QPainter& painter, const Style& style, bool line) const;
    void paintFar(QPainter& painter, const Style& style) const;
    void paintRings(QPainter& painter) const;
    void paintPorts(QPainter& painter) const;
    void paintPortNames(QPainter& painter) const;
    void paintPort(QPainter& painter, QPointF at, const PortFace& port, PortAnswer answer) const;
    bool isIdentity() const;

    const CanvasLook& m_look;
    NodeFace m_face;
    NodeGeometry m_geometry;
    QImage m_picture;
    mutable QPixmap m_fitted; ///< the picture as it is drawn, for one size
    double m_cost = -1;
    bool m_selected = false, m_focused = false;
    QPointF m_dragOffset;
    std::vector<PortAnswer> m_inputAnswers, m_outputAnswers;
};

/// What stands for a picture that is not there: the kind of value, not invented data.
void paintPlaceholder(QPainter& painter, const QRectF& box, const NodeFace& face);
/// `picture` in `size` at twice the resolution: cropped to fill, or whole where that would cut
/// off more than a third.
QPixmap fittedPicture(const QImage& picture, QSizeF size);

} // namespace lb::canvas
