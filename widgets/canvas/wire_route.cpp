#include "widgets/canvas/wire_route.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace lb::canvas {
namespace {

constexpr double kCell = 256;
constexpr double kStub = 18; ///< how far a wire goes out before it turns
constexpr double kRowGutter = 24, kLabelGutter = 40; ///< beside a row of nodes
constexpr double kBendRadius = 13;
constexpr double kClearance = 5;

QRectF around(QPointF a, QPointF b)
{
    return QRectF(QPointF(std::min(a.x(), b.x()), std::min(a.y(), b.y())),
                  QPointF(std::max(a.x(), b.x()), std::max(a.y(), b.y())))
        .adjusted(-kClearance, -kClearance, kClearance, kClearance);
}

/// Calls `visit` with the key of each cell under `area` until it returns true; whether it did.
template <typename Visit> bool forCells(const QRectF& area, Visit&& visit)
{
    const auto cellOf = [](double place) {
        return static_cast<std::int64_t>(std::floor(place / kCell));
    };
    for (std::int64_t y = cellOf(area.top()); y <= cellOf(area.bottom()); ++y)
        for (std::int64_t x = cellOf(area.left()); x <= cellOf(area.right()); ++x)
            if (visit(y * 1'000'003 + x))
                return true;
    return false;
}

class Router {
public:
    Router(const WireEnds& ends, const Obstacles& obstacles)
        : m_ends(ends)
        , m_obstacles(obstacles)
    {
    }

    WireRoute route() const
    {
        const QPointF& a = m_ends.start;
        const QPointF& b = m_ends.end;
        const bool forward = b.x() - a.x() >= 2 * kBendRadius;
        if (!m_ends.gutter && forward && !hit(a, b)) {
            WireRoute wire;
            wire.room = b.x() - a.x();
            wire.label = (a + b) / 2;
            wire.oneLine = m_ends.isListed;
            if (std::abs(a.y() - b.y()) < 1) {
                wire.path.moveTo(a);
                wire.path.lineTo(b);
            } else {
                wire.path = looseWire(a, b);
            }
            return wire;
        }
        if (!m_ends.gutter && forward)
            if (const auto wire = level())
                return *wire;
        return rightAngled(m_ends.gutter.value_or(rowGutter()));
    }

private:
    /// A bend first and then straight at the height of the target, or straight and then a bend,
    /// past what stands between them.
    std::optional<WireRoute> level() const
    {
        constexpr double kLeastBend = 56, kAside = 4;
        const QPointF& a = m_ends.start;
        const QPointF& b = m_ends.end;
        const double step = std::max(16.0, (b.x() - a.x()) / 64);
        const auto isFree = [&](QPointF from, QPointF to) {
            return !hit(from - QPointF(0, kAside), to) && !hit(from + QPointF(0, kAside), to);
        };
        for (double x = b.x() - step; x >= a.x() + kLeastBend; x -= step) {
            const QPointF turn(x, b.y());
            if (!hit(a, turn)) {
                if (!isFree(turn, b))
                    break; // it would have to bend later, where something lies in the way
                WireRoute wire = bent(a, turn);
                wire.path.lineTo(b);
                return wire;
            }
        }
        for (double x = a.x() + step; x <= b.x() - kLeastBend; x += step) {
            const QPointF turn(x, a.y());
            if (!hit(turn, b)) {
                if (!isFree(a, turn))
                    break;
                WireRoute wire = bent(turn, b);
                QPainterPath path(a);
                path.lineTo(turn);
                path.connectPath(wire.path);
                wire.path = path;
                return wire;
            }
        }
        return std::nullopt;
    }

    static WireRoute bent(QPointF from, QPointF to)
    {
        WireRoute wire;
        wire.path = looseWire(from, to);
        wire.label = (from + to) / 2;
        wire.room = to.x() - from.x();
        wire.oneLine = true;
        return wire;
    }

    bool hit(QPointF a, QPointF b) const
    {
        return m_obstacles.hit(around(a, b), m_ends.from.node, m_ends.to);
    }

    double rowGutter() const
    {
        const QRectF& from = m_ends.fromNode;
        const QRectF& to = m_ends.toNode;
        const double gutter = beside();
        if (to.top() >= from.bottom())
            return to.top() - std::min(gutter, (to.top() - from.bottom()) / 2);
        if (to.bottom() <= from.top())
            return to.bottom() + std::min(gutter, (from.top() - to.bottom()) / 2);
        return std::max(from.bottom(), to.bottom()) + gutter;
    }

    double beside() const { return m_ends.isLabel ? kLabelGutter : kRowGutter; }

    /// The nearest place from `x` on where a vertical line between two heights is free.
    double clearX(double x, double fromY, double toY) const
    {
        for (double shift = 0; shift < 2'000; shift += 8)
            for (const double sign : {-1.0, 1.0})
                if (const double at = x + sign * shift; !hit({at, fromY}, {at, toY}))
                    return at;
        return x;
    }

    WireRoute rightAngled(double gutter) const
    {
        const QPointF& a = m_ends.start;
        const QPointF& b = m_ends.end;
        const double out = a.x() + kStub;
        const double in = b.x() - kStub;
        std::vector<QPointF> points{a, {out, a.y()}};
        if (hit({out, a.y()}, {out, gutter})) {
            const double y = gutter > a.y() ? m_ends.fromNode.bottom() + beside()
                                            : m_ends.fromNode.top() - beside();
            const double x = clearX(out, y, gutter);
            points.insert(points.end(), {{out, y}, {x, y}, {x, gutter}});
        } else {
            points.emplace_back(out, gutter);
        }
        if (hit({in, gutter}, {in, b.y()})) {
            const double y = gutter < b.y() ? m_ends.toNode.top() - beside()
                                            : m_ends.toNode.bottom() + beside();
            const double x = clearX(in, gutter, y);
            points.insert(points.end(), {{x, gutter}, {x, y}, {in, y}});
        } else {
            points.emplace_back(in, gutter);
        }
        points.insert(points.end(), {{in, b.y()}, b});
        return labelled(points);
    }

    WireRoute labelled(const std::vector<QPointF>& points) const
    {
        WireRoute wire;
        wire.path = roundedPath(points, kBendRadius);
        const QPointF& a = m_ends.start;
        if (m_ends.isLabel && std::abs(points[2].y() - a.y()) > 44) {
            wire.label = a + QPointF(kStub + 22, points[2].y() > a.y() ? 30 : -30);
            wire.room = kStub * 4;
            return wire;
        }
        wire.oneLine = true;
        for (std::size_t i = 1; i < points.size(); ++i)
            if (const double length = std::abs(points[i].x() - points[i - 1].x());
                length > wire.room) {
                wire.room = length;
                wire.label = (points[i] + points[i - 1]) / 2;
            }
        return wire;
    }

    const WireEnds& m_ends;
    const Obstacles& m_obstacles;
};

} // namespace

void Obstacles::clear()
{
    m_cells.clear();
}

void Obstacles::add(NodeId node, const QRectF& rect)
{
    forCells(rect, [&](std::int64_t cell) {
        m_cells[cell].push_back({node, rect});
        return false;
    });
}

bool Obstacles::hit(const QRectF& area, NodeId except, NodeId orExcept) const
{
    return forCells(area, [&](std::int64_t cell) {
        const auto boxes = m_cells.find(cell);
        return boxes != m_cells.end()
            && std::ranges::any_of(boxes->second, [&](const Box& box) {
                   return box.node != except && box.node != orExcept && box.rect.intersects(area);
               });
    });
}

WireRoute routed(const WireEnds& ends, const Obstacles& obstacles)
{
    return Router(ends, obstacles).route();
}

QPainterPath looseWire(QPointF start, QPointF end)
{
    QPainterPath path(start);
    const double reach = std::max(24.0, std::abs(end.x() - start.x()) / 2);
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end);
    return path;
}

std::vector<QPointF> pillPlaces(const WireRoute& route)
{
    std::vector<QPointF> places{route.label};
    for (const double along : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8})
        places.push_back(route.path.pointAtPercent(along));
    return places;
}

bool crosses(const QPainterPath& path, const QPainterPath& area)
{
    // As an open line: QPainterPath::intersects() would close it and meet what it encloses.
    const double length = path.length();
    for (double at = 0; at <= length; at += 1)
        if (area.contains(path.pointAtPercent(path.percentAtLength(at))))
            return true;
    return false;
}

QPainterPath roundedPath(std::span<const QPointF> points, double radius)
{
    std::vector<QPointF> corners; // without those that a straight line passes
    for (const QPointF& point : points) {
        if (!corners.empty() && QLineF(corners.back(), point).length() < 0.5)
            continue;
        if (corners.size() >= 2) {
            const QPointF in = corners.back() - corners[corners.size() - 2];
            const QPointF out = point - corners.back();
            if (std::abs(in.x() * out.y() - in.y() * out.x()) < 1e-6)
                corners.pop_back();
        }
        corners.push_back(point);
    }
    QPainterPath path;
    if (corners.empty())
        return path;
    path.moveTo(corners.front());
    for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
        const QLineF in(corners[i], corners[i - 1]);
        const QLineF out(corners[i], corners[i + 1]);
        const double r = std::min({radius, in.length() / 2, out.length() / 2});
        path.lineTo(in.pointAt(r / in.length()));
        path.quadTo(corners[i], out.pointAt(r / out.length()));
    }
    path.lineTo(corners.back());
    return path;
}

} // namespace lb::canvas
