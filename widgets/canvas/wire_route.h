#pragma once

#include "core/graph/document.h"

#include <QPainterPath>
#include <QRectF>

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace lb::canvas {

/// Node rectangles by place, for "would a wire here run over a node?".
class Obstacles {
public:
    void clear();
    void add(NodeId node, const QRectF& rect);
    void add(const QRectF& rect) { add(NodeId{}, rect); } ///< of something that is no node
    /// Whether anything but the two nodes lies under `area`.
    bool hit(const QRectF& area, NodeId except, NodeId orExcept) const;

private:
    struct Box {
        NodeId node;
        QRectF rect;
    };
    std::unordered_map<std::int64_t, std::vector<Box>> m_cells; ///< of 256 by 256 units
};

/// What a wire connects.
struct WireEnds {
    PortRef from;
    NodeId to;
    QPointF start, end;
    QRectF fromNode, toNode;
    /// The height at which it runs between the lanes; nothing within a lane.
    std::optional<double> gutter;
    bool isLabel = false; ///< leaves by the second output: its pill stands beside the drop
    bool isListed = false; ///< ends or begins in a row of many: its pill is one line high
    bool operator==(const WireEnds&) const = default;
};

struct WireRoute {
    QPainterPath path;
    QPointF label; ///< where the middle of the pill stands
    bool oneLine = false; ///< the pill lies in a gutter
    double room = 0; ///< for the pill, along the wire
};

/// Straight where the ports align, a cubic with level ends where nothing lies between, such a one
/// behind or before a level line that passes what does, else at right angles through the nearest
/// gutter. Pure.
WireRoute routed(const WireEnds& ends, const Obstacles& obstacles);

/// Where the middle of a wire's pill may stand, the best first.
std::vector<QPointF> pillPlaces(const WireRoute& route);

/// While it is dragged: a cubic from an output's place to an input's.
QPainterPath looseWire(QPointF start, QPointF end);

/// Whether the line of `path` runs through `area`.
bool crosses(const QPainterPath& path, const QPainterPath& area);

/// A line through `points` whose corners are arcs of at most `radius`.
QPainterPath roundedPath(std::span<const QPointF> points, double radius);

} // namespace lb::canvas
