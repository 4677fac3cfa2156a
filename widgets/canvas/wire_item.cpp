#include "widgets/canvas/wire_item.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace lb::canvas {
namespace {

constexpr double kWireZ = 2, kPillZ = 5, kLooseZ = 20;
constexpr NodeId kNoNode{-1};

} // namespace

WireItem::WireItem(const CanvasLook& look, PillItem& pill)
    : m_look(look)
    , m_pill(pill)
{
    setZValue(kWireZ);
}

void WireItem::setRoute(const WireEnds& ends, WireRoute route)
{
    prepareGeometryChange();
    m_ends = ends;
    m_route = std::move(route);
    m_bounds = m_route.path.boundingRect().adjusted(-5, -5, 5, 5);
    m_pill.follow(*this);
    m_pill.setPos(m_route.label);
    update();
}

void WireItem::setFace(WireFace face)
{
    if (face == m_face)
        return;
    face.pill.accent = m_face.pill.accent;
    m_face = std::move(face);
    m_pill.follow(*this);
    update();
}

void WireItem::setAccent(bool accent)
{
    if (m_face.pill.accent == accent)
        return;
    m_face.pill.accent = accent;
    m_pill.follow(*this);
}

void WireItem::setTarget(bool target)
{
    if (m_target == target)
        return;
    m_target = target;
    update();
}

void WireItem::setDetached(bool detached)
{
    m_detached = detached;
    setVisible(!detached);
    m_pill.setVisible(!detached);
}

void WireItem::placePill(Obstacles& taken)
{
    if (!m_pill.m_fits || !m_pill.isVisible())
        return;
    const auto offer = [&](QPointF at) {
        const QRectF box = m_pill.m_bounds.translated(at);
        if (taken.hit(box, kNoNode, kNoNode))
            return false;
        taken.add(box);
        m_pill.place(at, true);
        return true;
    };
    if (offer(m_route.label)) // mostly
        return;
    for (const QPointF at : pillPlaces(m_route))
        if (offer(at))
            return;
    m_pill.place(m_route.label, false);
}

bool WireItem::isFaded() const
{
    return m_face.labels && m_look.phase == Phase::Inference;
}

bool WireItem::isNear(QPointF point, double distance) const
{
    if (!m_bounds.adjusted(-distance, -distance, distance, distance).contains(point))
        return false;
    QPainterPathStroker stroker;
    stroker.setWidth(2 * distance);
    return stroker.createStroke(m_route.path).contains(point);
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const Theme& theme = currentTheme();
    const double scale = option->levelOfDetailFromTransform(painter->worldTransform());
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(theme.lane, 6, Qt::SolidLine, Qt::FlatCap));
    painter->drawPath(m_route.path);
    const double opacity = m_face.labels ? 0.55 : 0.85;
    const QColor color = m_target ? theme.accent : portColor(m_face.kind);
    QPen pen(withAlpha(color, isFaded() ? opacity / 2 : m_target ? 1 : opacity),
             m_target ? 3 : std::max(2.0, 1.2 / scale), Qt::SolidLine, Qt::FlatCap);
    if (m_look.phase == Phase::Inference && (m_face.fromIdentity || m_face.labels))
        pen.setDashPattern({3, 2.5});
    painter->setPen(pen);
    painter->drawPath(m_route.path);
}

PillItem::PillItem(const CanvasLook& look)
    : m_look(look)
{
    setZValue(kPillZ);
}

void PillItem::follow(const WireItem& wire)
{
    prepareGeometryChange();
    m_content = wire.m_face.pill;
    m_content.oneLine = wire.m_route.oneLine;
    m_faded = wire.m_face.labels;
    const QSizeF size = pillSize(m_content);
    m_fits = !m_content.shape.isEmpty() && wire.m_route.room >= size.width() + 12;
    m_bounds = QRectF(-QPointF(size.width() / 2, size.height() / 2), size).adjusted(-1, -1, 1, 1);
    update();
}

void PillItem::place(QPointF at, bool hasPlace)
{
    if (at == pos() && hasPlace == m_hasPlace)
        return;
    m_hasPlace = hasPlace;
    setPos(at);
    update();
}

void PillItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const Detail detail
        = detailAt(option->levelOfDetailFromTransform(painter->worldTransform()));
    if (!m_fits || !m_hasPlace || detail == Detail::HeaderOnly)
        return;
    painter->setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (m_faded && m_look.phase == Phase::Inference)
        painter->setOpacity(painter->opacity() * 0.5);
    Pill shown = m_content;
    if (!m_look.ranges || detail == Detail::NoParams)
        shown.range.clear();
    paintPill(*painter, {}, shown);
}

LooseWireItem::LooseWireItem()
{
    setZValue(kLooseZ);
}

QRectF LooseWireItem::boundingRect() const
{
    return m_path.boundingRect().adjusted(-4, -4, 4, 4);
}

void LooseWireItem::set(QPointF start, QPointF end, PortKind kind, bool refused)
{
    prepareGeometryChange();
    m_path = looseWire(start, end);
    m_kind = kind;
    m_refused = refused;
    update();
}

void LooseWireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    QPen pen(m_refused ? currentTheme().error : portColor(m_kind), m_refused ? 2.5 : 2,
             Qt::SolidLine, Qt::FlatCap);
    if (m_refused)
        pen.setDashPattern({4, 2.5});
    painter->setPen(pen);
    painter->drawPath(m_path);
}

} // namespace lb::canvas
