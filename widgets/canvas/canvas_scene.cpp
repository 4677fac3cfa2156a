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

const Body* calledBody(const Document& document, NodeId call)
{
    const Node* node = document.node(call);
    const auto* called = node ? std::get_if<BodyId>(&node->calls) : nullptr;
    return called ? document.body(*called) : nullptr;
}

} // namespace

const Body& CanvasScene::body() const
{
    const Body* called = m_inside.empty() ? nullptr : calledBody(*m_document, m_inside.back());
    return called ? *called : m_document->root();
}

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
    while (!m_inside.empty() && !calledBody(*m_document, m_inside.back()))
        m_inside.pop_back();
    m_facts = facts;
    m_problems = analysis.problems;
    m_faces.begin(*m_document, analysis, facts);
    bool moved = false;
    updateNodes(moved);
    updateWires(analysis);
    if (moved)
        layOut();
    routeWires(nullptr); // the view shows its selection next
}

void CanvasScene::updateNodes(bool& moved)
{
    std::set<std::int64_t> alive;
    m_order.clear();
    for (const auto& node : body().nodes) {
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
    if (body().frames.size() != m_frames.size())
        moved = true;
    for (const Frame& frame : body().frames)
        moved = moved || !m_frames.contains(frame.id.value);
    moved = moved || !body().frames.empty(); // members may have changed
}

void CanvasScene::updateWires(const Analysis& analysis)
{
    std::set<std::pair<NodeId, std::string>> seen;
    for (const auto& node : body().nodes)
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
    wire->from = from;
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
}

std::vector<NodeBox> CanvasScene::boxes() const
{
    std::vector<NodeBox> result;
    result.reserve(m_order.size());
    for (const NodeItem* node : m_order)
        result.push_back({node->face().id, node->bodyRect(), node->face().stage,
                          node->face().composite ? kPlates : 0});
    return result;
}

void CanvasScene::layOut()
{
    const std::vector<NodeBox> all = boxes();
    std::vector<QRectF> frames;
    updateFrames(all, frames);
    rememberPlaces(all);
    m_lanes = laneBoxes(all, frames);
    if (!m_inside.empty() && !all.empty())
        m_lanes.keepOnly(all.front().stage); // a group is of one lane
    m_pipeline->setVisible(!m_lanes.pipeline.isEmpty());
    m_model->setVisible(!m_lanes.model.isEmpty());
    m_pipeline->setLane(m_lanes.pipeline, m_lanes.pipelineEmpty);
    m_model->setLane(m_lanes.model, m_lanes.modelEmpty);
}

/// Notes which nodes stand elsewhere than when the wires were routed.
void CanvasScene::rememberPlaces(const std::vector<NodeBox>& boxes)
{
    m_changed.clear();
    std::unordered_map<std::int64_t, QRectF> places;
    m_obstacles.clear();
    for (const NodeBox& box : boxes) {
        m_obstacles.add(box.id, box.rect);
        places[box.id.value] = box.rect;
        const auto before = m_places.find(box.id.value);
        if (before != m_places.end() && before->second == box.rect)
            continue;
        m_changed.push_back(box.rect);
        if (before != m_places.end())
            m_changed.push_back(before->second);
    }
    for (const auto& [id, rect] : m_places)
        if (!places.contains(id))
            m_changed.push_back(rect);
    m_places = std::move(places);
}

void CanvasScene::updateFrames(const std::vector<NodeBox>& boxes, std::vector<QRectF>& rects)
{
    std::set<std::int64_t> alive;
    for (const Frame& frame : body().frames) {
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

WireEnds CanvasScene::endsOf(NodeId to, const std::string& port, const Wire& wire) const
{
    const NodeItem& from = *m_nodes.at(wire.from.node.value);
    const NodeItem& target = *m_nodes.at(to.value);
    WireEnds ends;
    ends.from = wire.from;
    ends.to = to;
    ends.start = from.outputPlace(static_cast<std::size_t>(std::max(0, wire.from.port)));
    ends.end = target.inputPlace(target.inputIndex(port).value_or(0));
    ends.fromNode = from.bodyRect();
    ends.toNode = target.bodyRect();
    ends.isLabel = wire.line.face().labels;
    ends.isListed = isListed(from.face().outputs) || isListed(target.face().inputs);
    ends.gutter = gutterOf(from, target, ends.isLabel);
    return ends;
}

/// All wires whose ends moved or that something moved near to; of `only`, where it is given, those
/// that start or end there.
void CanvasScene::routeWires(const std::set<NodeId>* only)
{
    constexpr double kNear = 40;
    for (auto& [key, wire] : m_wires) {
        if (only && !only->contains(key.first) && !only->contains(wire->from.node))
            continue;
        const WireEnds ends = endsOf(key.first, key.second, *wire);
        if (ends == wire->line.ends()) {
            const QRectF area = wire->line.route().path.boundingRect().adjusted(-kNear, -kNear,
                                                                                kNear, kNear);
            if (std::ranges::none_of(m_changed,
                                     [&](const QRectF& rect) { return rect.intersects(area); }))
                continue;
        }
        wire->line.setRoute(ends, routed(ends, m_obstacles));
    }
    if (!only)
        m_changed.clear();
    placePills();
}

/// So that no two stand on each other and none on a node. Labels' are the first to give way.
void CanvasScene::placePills()
{
    Obstacles taken;
    for (const NodeItem* node : m_order)
        taken.add(node->face().id, node->bodyRect());
    for (const bool labels : {false, true})
        for (auto& [key, wire] : m_wires)
            if (wire->line.face().labels == labels)
                wire->line.placePill(taken);
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
    placePills();
}

void CanvasScene::setSelection(const std::vector<NodeId>& nodes, NodeId focus)
{
    m_selected = {nodes.begin(), nodes.end()};
    for (NodeItem* item : m_order)
        item->setSelected(m_selected.contains(item->face().id), item->face().id == focus);
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
