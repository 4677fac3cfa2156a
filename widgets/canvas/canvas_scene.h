#pragma once

#include "widgets/canvas/backdrop_items.h"
#include "widgets/canvas/node_item.h"
#include "widgets/canvas/wire_item.h"

#include <QGraphicsScene>

#include <memory>
#include <set>
#include <unordered_map>

namespace lb::canvas {

/// Whether one is an edit of the other: their values share nodes or layers.
bool sharesParts(const Document& one, const Document& other);

/// The items of one document. They are kept by id: a new document touches what differs in it.
class CanvasScene : public QGraphicsScene {
    Q_OBJECT
public:
    explicit CanvasScene(const LayerRegistry& registry, QObject* parent = nullptr);
    ~CanvasScene() override;

    void setDocument(std::shared_ptr<const Document> document, const Analysis& analysis,
                     const Facts& facts);
    const Document* document() const { return m_document.get(); }
    /// The calls that lead to the group which the next document is shown inside of, outermost first;
    /// as far as they are there.
    void setInside(std::vector<NodeId> calls) { m_inside = std::move(calls); }
    void setOwnValidation(bool own) { m_faces.setOwnValidation(own); } ///< of the next document
    const std::vector<NodeId>& inside() const { return m_inside; }
    const Body& body() const; ///< what is shown; only with a document
    const Facts& facts() const { return m_facts; }
    const std::vector<Problem>& problems() const { return m_problems; }
    std::vector<const Problem*> problems(NodeId node) const;

    CanvasLook look; ///< call update() after a change
    void setQueueNote(const QString& note); ///< at the wire between the lanes
    void setLaneNotes(const QString& pipeline, const QString& model);

    // What is where; null or empty for nothing.
    NodeItem* node(NodeId id) const;
    NodeItem* nodeAt(QPointF point) const; ///< the topmost
    WireItem* wire(NodeId to, const std::string& port) const;
    WireItem* wireAt(QPointF point, double distance) const;
    const Frame* frameTitleAt(QPointF point) const;
    const LaneBoxes& lanes() const { return m_lanes; }
    QRectF contentRect() const; ///< lanes and nodes; empty without nodes
    const std::vector<NodeItem*>& nodes() const { return m_order; } ///< in document order
    std::vector<NodeItem*> nodesIn(const QRectF& area) const;

    /// A port under the pointer. Outputs have `port` by index, inputs by name.
    struct PortAt {
        NodeItem* node = nullptr;
        bool isInput = false;
        std::size_t index = 0;
        explicit operator bool() const { return node; }
    };
    PortAt portAt(QPointF point, double reach) const;

    /// `focus`: the node that the keyboard is at; 0 where the mouse was used last.
    void setSelection(const std::vector<NodeId>& nodes, NodeId focus = {});
    /// Holds `nodes` beside their places while they are dragged; wires and frames follow.
    void drag(const std::set<NodeId>& nodes, QPointF by);
    void endDrag(); ///< back to the places of the document
    void setLaneTarget(std::optional<Stage> stage);

private:
    struct Wire {
        explicit Wire(const CanvasLook& canvasLook)
            : pill(canvasLook)
            , line(canvasLook, pill)
        {
        }
        PillItem pill;
        WireItem line;
        PortRef from;
    };
    void updateNodes(bool& moved);
    void updateWires(const Analysis& analysis);
    void addWire(const Node& node, const Input& input, PortRef from, const Analysis& analysis,
                 std::set<std::pair<NodeId, std::string>>& seen);
    void layOut();
    void updateFrames(const std::vector<NodeBox>& boxes, std::vector<QRectF>& rects);
    void routeWires(const std::set<NodeId>* only);
    void placePills();
    void rememberPlaces(const std::vector<NodeBox>& boxes);
    WireEnds endsOf(NodeId to, const std::string& port, const Wire& wire) const;
    std::optional<double> gutterOf(const NodeItem& from, const NodeItem& to, bool label) const;
    std::vector<NodeBox> boxes() const;

    FaceMaker m_faces;
    std::shared_ptr<const Document> m_document;
    std::vector<NodeId> m_inside;
    Facts m_facts;
    std::vector<Problem> m_problems;
    std::unordered_map<std::int64_t, std::unique_ptr<NodeItem>> m_nodes;
    std::vector<NodeItem*> m_order;
    std::map<std::pair<NodeId, std::string>, std::unique_ptr<Wire>> m_wires;
    std::unordered_map<std::int64_t, std::unique_ptr<FrameItem>> m_frames;
    std::unique_ptr<LaneItem> m_pipeline, m_model;
    LaneBoxes m_lanes;
    Obstacles m_obstacles;
    std::unordered_map<std::int64_t, QRectF> m_places; ///< of the nodes when wires were routed
    std::vector<QRectF> m_changed; ///< where nodes stood or stand that moved since
    QString m_queueNote;
    std::set<NodeId> m_selected;
    std::set<NodeId> m_dragged;
};

} // namespace lb::canvas
