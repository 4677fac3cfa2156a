#pragma once

#include "widgets/canvas/node_face.h"

#include <QRectF>

#include <span>
#include <vector>

/// Where things are on the canvas, computed from values alone. Scene units: a pixel at 100 %.
namespace lb::canvas {

inline constexpr double kGrid = 8;
inline constexpr double kNodeWidth = 136, kNodeHeight = 160;
inline constexpr double kCollapsedWidth = 80, kCollapsedHeight = 56;
inline constexpr double kHeader = 28, kFooter = 26;
inline constexpr double kPortHit = 24; ///< side of the square that catches the pointer
inline constexpr double kPortRow = 20; ///< of a port with its name: two chips on wires fit
inline constexpr double kPlates = 8; ///< how far what lies below a group peeks out
inline constexpr double kNodeGap = 88; ///< least room between nodes: a label fits

/// Sizes and port places of one node, relative to its top left corner.
struct NodeGeometry {
    QSizeF size;
    std::vector<QPointF> inputs, outputs;
    bool operator==(const NodeGeometry&) const = default;
};
NodeGeometry geometryOf(const NodeFace& face);
/// Whether these ports stand below the node's values, in rows with their names: many of them would
/// cover what the node shows.
bool isListed(const std::vector<PortFace>& ports);

/// What the backdrops need to know of a node.
struct NodeBox {
    NodeId id;
    QRectF rect;
    Stage stage = Stage::Model;
    double above = 0; ///< what stands out of it at its upper edge
};

struct FrameBox {
    FrameId id;
    QRectF rect;
};
/// Around the members that are there; empty without any.
QRectF frameRect(const Frame& frame, std::span<const NodeBox> nodes);

struct LaneBoxes {
    QRectF pipeline, model; ///< equally wide; the empty one is a placeholder beside the other
    bool pipelineEmpty = true, modelEmpty = true;
    std::optional<Stage> only; ///< there is no other lane
    bool operator==(const LaneBoxes&) const = default;

    void keepOnly(Stage stage);

    /// In which lane something at `point` would be: the one it is in, else the nearer one.
    Stage stageAt(QPointF point) const;
};
/// Hugs the nodes; `frames` are rectangles whose titles need room above them.
LaneBoxes laneBoxes(std::span<const NodeBox> nodes, std::span<const QRectF> frames);

} // namespace lb::canvas
