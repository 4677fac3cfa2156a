#include "widgets/canvas/node_item.h"

#include <algorithm>

namespace lb::canvas {
namespace {

constexpr double kReach = 16; ///< rings and port rings stand out of the body
constexpr double kNodeZ = 10;

} // namespace

NodeItem::NodeItem(const CanvasLook& look)
    : m_look(look)
{
    setZValue(kNodeZ);
}

QRectF NodeItem::boundingRect() const
{
    return QRectF(QPointF(), m_geometry.size).adjusted(-kReach, -kReach, kReach, kReach);
}

bool NodeItem::setFace(NodeFace face)
{
    if (face == m_face)
        return false;
    const NodeGeometry geometry = geometryOf(face);
    const bool moved = face.at != m_face.at || !(geometry == m_geometry)
        || face.stage != m_face.stage || face.trainOnly != m_face.trainOnly;
    if (!(geometry == m_geometry)) {
        prepareGeometryChange();
        m_geometry = geometry;
        m_fitted = {};
    }
    m_face = std::move(face);
    m_inputAnswers.resize(m_face.inputs.size());
    m_outputAnswers.resize(m_face.outputs.size());
    setPos(m_face.at + m_dragOffset);
    update();
    return moved;
}

void NodeItem::setThumbnail(const QImage& picture)
{
    m_picture = picture;
    m_fitted = {};
    update();
}

void NodeItem::setCost(double milliseconds)
{
    if (m_cost == milliseconds)
        return;
    m_cost = milliseconds;
    update();
}

void NodeItem::setSelected(bool selected, bool focused)
{
    if (m_selected == selected && m_focused == focused)
        return;
    m_selected = selected;
    m_focused = focused;
    setZValue(selected ? kNodeZ + 1 : kNodeZ);
    update();
}

void NodeItem::setAnswers(std::vector<PortAnswer> inputs, std::vector<PortAnswer> outputs)
{
    inputs.resize(m_face.inputs.size());
    outputs.resize(m_face.outputs.size());
    if (inputs == m_inputAnswers && outputs == m_outputAnswers)
        return;
    m_inputAnswers = std::move(inputs);
    m_outputAnswers = std::move(outputs);
    update();
}

void NodeItem::setDragOffset(QPointF offset)
{
    m_dragOffset = offset;
    setPos(m_face.at + offset);
}

QRectF NodeItem::bodyRect() const
{
    return {pos(), m_geometry.size};
}

QPointF NodeItem::inputPlace(std::size_t index) const
{
    return index < m_geometry.inputs.size() ? pos() + m_geometry.inputs[index]
                                            : pos() + QPointF(0, m_geometry.size.height() / 2);
}

QPointF NodeItem::outputPlace(std::size_t index) const
{
    return index < m_geometry.outputs.size()
        ? pos() + m_geometry.outputs[index]
        : pos() + QPointF(m_geometry.size.width(), m_geometry.size.height() / 2);
}

std::optional<std::size_t> NodeItem::inputIndex(const std::string& port) const
{
    const QString name = QString::fromStdString(port);
    for (std::size_t i = 0; i < m_face.inputs.size(); ++i)
        if (m_face.inputs[i].name == name)
            return i;
    return {};
}

bool NodeItem::isIdentity() const
{
    return m_look.phase == Phase::Inference && m_face.trainOnly;
}

} // namespace lb::canvas
