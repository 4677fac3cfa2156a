#include "widgets/canvas/canvas_scene.h"

#include "core/graph/flow.h"
#include "widgets/canvas/canvas_text.h"

#include <algorithm>

namespace lb::canvas {
namespace {

bool speaksOfWire(const Problem& problem)
{
    return problem.severity != Severity::Hint && problem.param.empty()
        && (problem.code == "rescaled_twice" || problem.code == "unscaled_input"
            || problem.code == "value_range" || problem.code == "not_probabilities"
            || problem.code == "refused");
}

} // namespace

CanvasScene::CanvasScene(const LayerRegistry& registry, QObject* parent)
    : QGraphicsScene(parent)
    , m_faces(registry)
    , m_pipeline(std::make_unique<LaneItem>(Stage::Pipeline))
    , m_model(std::make_unique<LaneItem>(Stage::Model))
{
    setItemIndexMethod(NoIndex); // things move all the time; what is where we know ourselves
    setSceneRect(-1e5, -1e5, 2e5, 2e5);
    for (LaneItem* lane : {m_pipeline.get(), m_model.get()}) {
        lane->hide();
        addItem(lane);
    }
}

CanvasScene::~CanvasScene()
{
    // Items are owned here, so they leave before the scene would delete them.
    m_wires.clear();
    m_nodes.clear();
    m_frames.clear();
    m_pipeline.reset();
    m_model.reset();
}

void CanvasScene::setDocument(std::shared_ptr<const Document> document, const Analysis& analysis,
                              const Facts& facts)
{
    m_document = std::move(document);
    m_facts = facts;
    m_problems = analysis.problems;
    m_faces.begin(*m_document, analysis, facts);
    bool moved = false;
    updateNodes(moved);
    updateWires(analysis);
    if (moved)
        layOut();
    routeWires(nullptr);
    setSelection({m_selected.begin(), m_selected.end()});
}

void CanvasScene::updateNodes(bool& moved)
{
    std::set<std::int64_t> alive;
    m_order.clear();
    for (const auto& node : m_document->root().nodes) {
        alive.insert(node->id.value);
        auto& item = m_nodes[node->id.value];
        const bool isNew = !item;
        if (isNew) {
            item = std::make_unique<NodeItem>(look);
            addItem(item.get());
        }
        const bool changed = item->setFace(m_faces.face(*node));
        moved = moved || changed || isNew;
        m_order.push_back(item.get());
    }
    moved = moved || alive.size() != m_nodes.size();
    std::erase_if(m_nodes, [&](const auto& entry) { return !alive.contains(entry.first); });
    std::erase_if(m_selected, [&](NodeId id) { return !alive.contains(id.value); });
    std::erase_if(m_dragged, [&](NodeId id) { return !alive.contains(id.value); });
    if (m_document->root().frames.size() != m_frames.size())
        moved = true;
    for (const Frame& frame : m_document->root().frames)
        moved = moved || !m_frames.contains(frame.id.value);
    moved = moved || !m_document->root().frames.empty(); // members may have changed
}

void CanvasScene::updateWires(const Analysis& analysis)
{
    std::set<std::pair<NodeId, std::string>> seen;
    for (const auto& node : m_document->root().nodes)
        for (const Input& input : node->inputs)
            if (const auto* from = std::get_if<PortRef>(&input.from))
                if (m_nodes.contains(from->node.value))
                    addWire(*node, input, *from, analysis, seen);
    std::erase_if(m_wires, [&](const auto& entry) { return !seen.contains(entry.first); });
}

void CanvasScene::addWire(const Node& node, const Input& input, PortRef from,
                          const Analysis& analysis,
                          std::set<std::pair<NodeId, std::string>>& seen)
{
    const std::pair key(node.id, input.port);
    seen.insert(key);
    auto& wire = m_wires[key];
    if (!wire) {
        wire = std::make_unique<Wire>(look);
        addItem(&wire->line);
        addItem(&wire->pill);
    }
    const NodeItem& source = *m_nodes.at(from.node.value);
    WireFace face;
    face.labels = input.port == flow::kLabelPort;
    face.kind = face.labels ? PortKind::Label : PortKind::Image;
    face.fromIdentity = source.face().trainOnly;
    if (from.port >= 0 && static_cast<std::size_t>(from.port) < source.face().outputs.size())
        face.kind = source.face().outputs[static_cast<std::size_t>(from.port)].kind;
    if (const Spec* spec = analysis.spec(from)) {
        face.pill.shape = shapeLabel(*spec);
        face.pill.range = rangeLabel(*spec);
        face.spoken = spokenSpec(*spec);
    }
    for (const Problem* problem : m_faces.problems(node.id))
        face.pill.warn = face.pill.warn
            || (speaksOfWire(*problem)
                && (problem->port == input.port || (problem->port.empty() && !face.labels)));
    if (source.face().stage == Stage::Pipeline && node.stage == Stage::Model && !face.labels)
        face.pill.extra = m_queueNote;
    wire->line.setFace(std::move(face));
    WireEnds ends;
    ends.from = from;
    ends.to = node.id;
    if (!(wire->line.ends().from == from) || wire->line.ends().to != node.id)
        wire->fresh = true;
}

std::vector<NodeBox> CanvasScene::boxes() const
{
    std::vector<NodeBox> result;
    result.reserve(m_order.size());
    for (const NodeItem* node : m_order)
        result.push_back({node->face().id, node->bodyRect(), node->face().stage});
    return result;
}

void CanvasScene::layOut()
{
    const std::vector<NodeBox> all = boxes();
    std::vector<QRectF> frames;
    updateFrames(all, frames);
    m_obstacles.clear();
    for (const NodeBox& box : all)
        m_obstacles.add(box.id, box.rect);
    m_lanes = laneBoxes(all, frames);
    m_pipeline->setVisible(!all.empty());
    m_model->setVisible(!all.empty());
    m_pipeline->setLane(m_lanes.pipeline, m_lanes.pipelineEmpty);
    m_model->setLane(m_lanes.model, m_lanes.modelEmpty);
    for (auto& [key, wire] : m_wires)
        wire->fresh = true;
}

void CanvasScene::updateFrames(const std::vector<NodeBox>& boxes, std::vector<QRectF>& rects)
{
    std::set<std::int64_t> alive;
    for (const Frame& frame : m_document->root().frames) {
        const QRectF rect = frameRect(frame, boxes);
        if (rect.isEmpty())
            continue;
        alive.insert(frame.id.value);
        rects.push_back(rect);
        auto& item = m_frames[frame.id.value];
        if (!item) {
            item = std::make_unique<FrameItem>(look);
            addItem(item.get());
        }
        const bool trainOnly = std::ranges::all_of(frame.nodes, [&](NodeId id) {
            const NodeItem* member = node(id);
            return !member || member->face().trainOnly;
        });
        item->setFrame(rect, QString::fromStdString(frame.title), trainOnly);
    }
    std::erase_if(m_frames, [&](const auto& entry) { return !alive.contains(entry.first); });
}

std::optional<double> CanvasScene::gutterOf(const NodeItem& from, const NodeItem& to,
                                            bool label) const
{
    if (from.face().stage == to.face().stage)
        return {};
    const bool down = m_lanes.pipeline.bottom() <= m_lanes.model.top();
    const double top = down ? m_lanes.pipeline.bottom() : m_lanes.model.bottom();
    const double bottom = down ? m_lanes.model.top() : m_lanes.pipeline.top();
    if (bottom - top < 8)
        return {};
    return top + (bottom - top) * (label ? 0.3 : 0.68);
}

void CanvasScene::routeWires(const std::set<NodeId>* only)
{
    for (auto& [key, wire] : m_wires) {
        if (only ? !only->contains(key.first) && !only->contains(wire->line.ends().from.node)
                 : !wire->fresh)
            continue;
        const Node* target = m_document->node(key.first);
        const auto input = target ? std::ranges::find(target->inputs, key.second, &Input::port)
                                  : std::vector<Input>::const_iterator{};
        if (!target || input == target->inputs.end())
            continue;
        const PortRef fromPort = std::get<PortRef>(input->from);
        const NodeItem& from = *m_nodes.at(fromPort.node.value);
        const NodeItem& to = *m_nodes.at(key.first.value);
        WireEnds ends;
        ends.from = fromPort;
        ends.to = key.first;
        ends.start = from.outputPlace(static_cast<std::size_t>(std::max(0, fromPort.port)));
        ends.end = to.inputPlace(to.inputIndex(key.second).value_or(0));
        ends.fromNode = from.bodyRect();
        ends.toNode = to.bodyRect();
        ends.isLabel = wire->line.face().labels;
        ends.gutter = gutterOf(from, to, ends.isLabel);
        wire->line.setRoute(ends, routed(ends, m_obstacles));
        wire->fresh = false;
    }
}

void CanvasScene::setQueueNote(const QString& note)
{
    m_queueNote = note;
    for (auto& [key, wire] : m_wires) {
        if (wire->line.face().labels || !wire->line.ends().gutter)
            continue;
        WireFace face = wire->line.face();
        face.pill.extra = note;
        wire->line.setFace(std::move(face));
    }
}

void CanvasScene::setSelection(const std::vector<NodeId>& nodes)
{
    m_selected = {nodes.begin(), nodes.end()};
    for (NodeItem* item : m_order)
        item->setSelected(m_selected.contains(item->face().id), false);
    for (auto& [key, wire] : m_wires)
        wire->line.setAccent(m_selected.contains(wire->line.ends().from.node));
}

void CanvasScene::drag(const std::set<NodeId>& nodes, QPointF by)
{
    m_dragged = nodes;
    for (const NodeId id : nodes)
        if (NodeItem* item = node(id))
            item->setDragOffset(by);
    std::vector<QRectF> frames;
    updateFrames(boxes(), frames);
    routeWires(&nodes);
}

void CanvasScene::endDrag()
{
    for (const NodeId id : m_dragged)
        if (NodeItem* item = node(id))
            item->setDragOffset({});
    m_dragged.clear();
    setLaneTarget({});
    if (!m_document)
        return;
    layOut();
    routeWires(nullptr);
}

} // namespace lb::canvas
