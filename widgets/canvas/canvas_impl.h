#pragma once

#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/overlays.h"
#include "widgets/canvas/wire_drag.h"

#include <QTimer>

#include <map>

class QMenu;

namespace lb {

constexpr double kWireReach = 6; ///< pixels from a wire at which the pointer takes it

/// The view's state and what several of its files need. What the user does is a state machine:
/// `mode` says what the pressed button means until it is released.
struct CanvasView::Impl {
    enum class Mode : std::uint8_t {
        Idle,
        Pressed, ///< on a node or a frame's title; it may become Moving
        Moving,
        Banding,
        Panning,
        Cutting, ///< Y+drag
        Wiring, ///< with the button down
        KeyWiring, ///< C: arrows aim, Enter finishes
        Refused ///< dropped where it does not fit: the card waits for an answer
    };

    Impl(CanvasView& canvasView, const LayerRegistry& layerRegistry);
    void joinOverlays();

    // Where things are.
    QPointF toScene(QPointF viewportPoint) const;
    double zoom() const { return view.transform().m11(); }
    void setZoom(double factor, QPointF viewportAnchor);
    void place(QPointF scenePoint, QPointF viewportPoint); ///< scrolls
    void fit(const QRectF& area, double most);
    QRectF freeArea() const; ///< of the viewport, below the header
    void placeOverlays();
    void placeMinimap();
    void updateMinimap();
    void updateHeader();

    // Selection; `select` reports to the owner where it differs.
    void select(std::vector<NodeId> nodes);
    void showSelection();
    std::vector<NodeId> touched() const; ///< the selection without nodes that are gone
    void selectWire(const canvas::WireItem* wire);
    canvas::NodeItem* current() const; ///< the last selected node
    void announce();

    // Mouse.
    void press(QMouseEvent& event);
    void pressLeft(QPointF point, Qt::KeyboardModifiers modifiers);
    void pressPort(const canvas::CanvasScene::PortAt& port);
    void pressNode(NodeId node, bool add);
    void move(QMouseEvent& event);
    void moveNodes(QPointF point);
    void release(QMouseEvent& event);
    void finishMove();
    void finishBand(bool add);
    void finishCut();
    void dropWire();
    void hover(QPointF point);
    bool showTip(QPoint viewportPoint, QPoint globalPoint);
    QString tipAt(QPointF point) const;
    void showMenu(QPoint viewportPoint, QPoint globalPoint);
    void addOpenSpace(QMenu& menu, NodeId space);

    // Wires.
    void beginWire(const canvas::WireDrag::End& fixed, std::optional<canvas::WireDrag::End> taken,
                   Mode wireMode);
    void aimWire(const std::optional<canvas::WireDrag::End>& target);
    void connectTo(const canvas::WireDrag::End& target);
    void endWire();
    void showRefusal(QPointF viewportPoint);
    void takeFix(int fix);
    void showLint(NodeId node); ///< the card with its fixes
    void hideCard();

    // Keyboard.
    bool key(QKeyEvent& event);
    bool keyWhileWiring(QKeyEvent& event);
    bool arrow(QKeyEvent& event);
    bool command(QKeyEvent& event);
    bool selectionCommand(int key, Qt::KeyboardModifiers keys);
    bool viewCommand(int key, Qt::KeyboardModifiers keys);
    void removeSelected(bool reconnect);
    void startWireByKey();
    void aimByKey(bool forward);
    canvas::NodeItem* neighbour(const canvas::NodeItem& from, int key) const;

    // Drops.
    struct DropPlace {
        Stage stage = Stage::Model;
        Point at;
        const canvas::WireItem* wire = nullptr;
    };
    DropPlace dropPlace(QPointF scenePoint, const std::string& kerasClass) const;
    void showDropPlace(const DropPlace& place);
    void clearDropPlace();

    CanvasView& view;
    const LayerRegistry& registry;
    canvas::CanvasScene scene;
    canvas::WireDrag drag;
    canvas::Minimap* minimap = nullptr;
    bool minimapShown = true;
    canvas::CanvasHeader* header = nullptr;
    canvas::ProblemCard* card = nullptr;
    canvas::EmptyState* empty = nullptr;
    QTimer lookTimer;
    std::int64_t parameters = 0;
    bool trainable = true;

    std::vector<NodeId> selection;
    std::optional<std::pair<NodeId, std::string>> selectedWire;
    Mode mode = Mode::Idle;
    QPointF pressPoint; ///< viewport
    QPointF pressScene;
    QPointF lastPoint; ///< viewport, while panning
    NodeId grabbed;
    bool clickSelectsOnly = false; ///< released without a move, the grabbed node stays alone
    bool panned = false; ///< the right button moved: no menu
    bool spaceDown = false, cutDown = false;
    bool byKeyboard = false; ///< the last thing done was done by key: its node has a focus ring
    /// What is shown in another size, too, until somebody zooms or scrolls.
    enum class Kept : std::uint8_t { Nothing, Fit, Opening };
    Kept kept = Kept::Opening;
    /// How a body was looked at when it was left.
    struct Look {
        double zoom = 1;
        QPointF centre;
        Kept kept = Kept::Opening;
    };
    std::map<BodyId, Look> looks;
    Look look() const;
    void lookAgain(const Look& before);
    std::vector<NodeId> calls; ///< that lead to the group which is shown
    QRectF band; ///< scene
    QPointF cutEnd;
    std::optional<std::pair<NodeId, std::string>> dropWireKey;
    std::size_t aimIndex = 0;
    std::vector<canvas::WireDrag::End> aims;
};

} // namespace lb
