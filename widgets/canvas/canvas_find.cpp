#include "widgets/canvas/canvas_scene.h"

#include <algorithm>

// Where things are: what the pointer meets. Few thousand rectangles need no index.
namespace lb::canvas {

bool sharesParts(const Document& one, const Document& other)
{
    std::set<const void*> parts;
    for (const auto& node : one.root().nodes)
        parts.insert(node.get());
    for (const auto& layer : one.layers)
        parts.insert(layer.get());
    return std::ranges::any_of(other.root().nodes,
                               [&](const auto& node) { return parts.contains(node.get()); })
        || std::ranges::any_of(other.layers,
                               [&](const auto& layer) { return parts.contains(layer.get()); });
}

std::vector<const Problem*> CanvasScene::problems(NodeId node) const
{
    std::vector<const Problem*> found;
    for (const Problem& problem : m_problems)
        if (problem.node == node)
            found.push_back(&problem);
    return found;
}

NodeItem* CanvasScene::node(NodeId id) const
{
    const auto found = m_nodes.find(id.value);
    return found == m_nodes.end() ? nullptr : found->second.get();
}

NodeItem* CanvasScene::nodeAt(QPointF point) const
{
    NodeItem* top = nullptr;
    for (NodeItem* item : m_order) // the last one is painted on top
        if (item->bodyRect().contains(point) && (!top || item->zValue() >= top->zValue()))
            top = item;
    return top;
}

WireItem* CanvasScene::wireAt(QPointF point, double distance) const
{
    for (const auto& [key, wire] : m_wires)
        if (wire->line.isNear(point, distance)
            || wire->pill.mapRectToScene(wire->pill.boundingRect()).contains(point))
            return &wire->line;
    return nullptr;
}

WireItem* CanvasScene::wire(NodeId to, const std::string& port) const
{
    const auto found = m_wires.find({to, port});
    return found == m_wires.end() ? nullptr : &found->second->line;
}

const Frame* CanvasScene::frameTitleAt(QPointF point) const
{
    if (m_document)
        for (const Frame& frame : body().frames)
            if (const auto item = m_frames.find(frame.id.value);
                item != m_frames.end() && item->second->titleRect().contains(point))
                return &frame;
    return nullptr;
}

QRectF CanvasScene::contentRect() const
{
    if (m_order.empty())
        return {};
    QRectF rect = m_lanes.pipeline | m_lanes.model;
    for (const auto& [key, wire] : m_wires)
        rect |= wire->line.route().path.boundingRect();
    return rect;
}

std::vector<NodeItem*> CanvasScene::nodesIn(const QRectF& area) const
{
    std::vector<NodeItem*> inside;
    for (NodeItem* item : m_order)
        if (item->bodyRect().intersects(area))
            inside.push_back(item);
    return inside;
}

CanvasScene::PortAt CanvasScene::portAt(QPointF point, double reach) const
{
    PortAt best;
    double bestDistance = reach;
    const auto offer = [&](NodeItem* node, bool isInput, std::size_t index, QPointF place) {
        const double distance
            = std::max(std::abs(place.x() - point.x()), std::abs(place.y() - point.y()));
        if (distance <= bestDistance) {
            bestDistance = distance;
            best = {node, isInput, index};
        }
    };
    for (NodeItem* item : m_order) {
        if (!item->bodyRect().adjusted(-reach, -reach, reach, reach).contains(point))
            continue;
        for (std::size_t i = 0; i < item->face().inputs.size(); ++i)
            offer(item, true, i, item->inputPlace(i));
        for (std::size_t i = 0; i < item->face().outputs.size(); ++i)
            offer(item, false, i, item->outputPlace(i));
    }
    return best;
}

void CanvasScene::setLaneNotes(const QString& pipeline, const QString& model)
{
    m_pipeline->setNote(pipeline);
    m_model->setNote(model);
}

void CanvasScene::setLaneTarget(std::optional<Stage> stage)
{
    m_pipeline->setTarget(stage == Stage::Pipeline);
    m_model->setTarget(stage == Stage::Model);
}

} // namespace lb::canvas
