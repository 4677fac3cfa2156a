#include "core/graph/batch_moves.h"
#include "core/graph/feature_spaces.h"
#include "widgets/canvas/canvas_impl.h"
#include "widgets/support/translated.h"

#include <QLineF>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

// What the mouse does to nodes, frames, the view and the selection.
namespace lb {
namespace {

constexpr double kDragDistance = 4; ///< pixels until a press is a drag

double snapped(double value)
{
    return std::round(value / canvas::kGrid) * canvas::kGrid;
}

} // namespace

void CanvasView::Impl::press(QMouseEvent& event)
{
    view.setFocus(Qt::MouseFocusReason);
    byKeyboard = false;
    pressPoint = lastPoint = event.position();
    pressScene = toScene(pressPoint);
    if (mode == Mode::Refused || mode == Mode::KeyWiring) { // elsewhere: leave the wire
        hideCard();
        endWire();
    }
    hideCard();
    const bool pan = event.button() == Qt::MiddleButton || event.button() == Qt::RightButton
        || (event.button() == Qt::LeftButton && spaceDown);
    if (pan) {
        mode = Mode::Panning;
        panned = false;
        view.viewport()->setCursor(Qt::ClosedHandCursor);
    } else if (event.button() == Qt::LeftButton) {
        pressLeft(pressScene, event.modifiers());
    }
}

void CanvasView::Impl::pressLeft(QPointF point, Qt::KeyboardModifiers modifiers)
{
    if (cutDown) {
        mode = Mode::Cutting;
        cutEnd = point;
        return;
    }
    const double reach = std::max(canvas::kPortHit / 2, 8 / zoom());
    if (const auto port = scene.portAt(point, std::min(reach, 24.0)); port) {
        pressPort(port);
        return;
    }
    const bool add = modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    if (const canvas::NodeItem* node = scene.nodeAt(point)) {
        pressNode(node->face().id, add);
        const QPointF inside = point - node->pos();
        const bool onChip = node->face().alarm != canvas::Tone::Neutral
            && inside.y() > node->geometry().size.height() - canvas::kFooter;
        if (onChip && !add)
            showLint(node->face().id);
    } else if (const Frame* frame = scene.frameTitleAt(point)) {
        select(add ? touched() : frame->nodes);
        grabbed = frame->nodes.front();
        clickSelectsOnly = false;
        mode = Mode::Pressed;
    } else if (const canvas::WireItem* wire = scene.wireAt(point, kWireReach / zoom())) {
        selectWire(wire);
    } else {
        if (!add)
            select({});
        mode = Mode::Banding;
        band = QRectF(point, QSizeF());
    }
}

void CanvasView::Impl::pressPort(const canvas::CanvasScene::PortAt& port)
{
    const auto end = canvas::WireDrag::endOf(port);
    if (end.isInput)
        if (const canvas::WireItem* wire = scene.wire(end.node, end.port)) { // pull it off
            const PortRef from = wire->ends().from;
            beginWire({from.node, false, static_cast<std::size_t>(std::max(0, from.port)), {}}, end,
                      Mode::Wiring);
            return;
        }
    beginWire(end, {}, Mode::Wiring);
}

void CanvasView::Impl::pressNode(NodeId node, bool add)
{
    std::vector<NodeId> nodes = touched();
    const bool isSelected = std::ranges::count(nodes, node) > 0;
    clickSelectsOnly = isSelected && !add && nodes.size() > 1;
    if (add && isSelected)
        std::erase(nodes, node);
    else if (add)
        nodes.push_back(node);
    else if (!isSelected)
        nodes = {node};
    select(std::move(nodes));
    grabbed = node;
    mode = add && isSelected ? Mode::Idle : Mode::Pressed;
}

void CanvasView::Impl::move(QMouseEvent& event)
{
    const QPointF at = event.position();
    const QPointF point = toScene(at);
    const bool far = QLineF(at, pressPoint).length() >= kDragDistance;
    switch (mode) {
    case Mode::Panning:
        if (far || panned) {
            panned = true;
            place(toScene(lastPoint), at);
        }
        lastPoint = at;
        break;
    case Mode::Pressed:
        if (!far)
            break;
        mode = Mode::Moving;
        [[fallthrough]];
    case Mode::Moving:
        moveNodes(point);
        break;
    case Mode::Banding:
        band = QRectF(pressScene, point).normalized();
        view.viewport()->update();
        break;
    case Mode::Cutting:
        cutEnd = point;
        view.viewport()->update();
        break;
    case Mode::Wiring: {
        const auto target = drag.targetAt(point);
        drag.moveTo(point);
        aimWire(target);
        break;
    }
    case Mode::Idle:
    case Mode::KeyWiring:
    case Mode::Refused:
        hover(point);
        break;
    }
}

void CanvasView::Impl::moveNodes(QPointF point)
{
    const canvas::NodeItem* node = scene.node(grabbed);
    if (!node)
        return;
    const QPointF wanted = node->face().at + (point - pressScene);
    const QPointF by
        = QPointF(snapped(wanted.x()), snapped(wanted.y())) - node->face().at;
    const auto nodes = touched();
    scene.drag({nodes.begin(), nodes.end()}, by);
    const Stage over = scene.lanes().stageAt(node->bodyRect().center());
    scene.setLaneTarget(over != node->face().stage ? std::optional(over) : std::nullopt);
    view.viewport()->setCursor(Qt::ClosedHandCursor);
}

void CanvasView::Impl::release(QMouseEvent& event)
{
    const bool add = event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier);
    const Mode was = mode;
    if (was != Mode::KeyWiring && was != Mode::Refused)
        mode = Mode::Idle;
    if (was != Mode::Idle)
        view.viewport()->unsetCursor();
    switch (was) {
    case Mode::Panning:
        if (!panned && event.button() == Qt::RightButton)
            showMenu(event.position().toPoint(), event.globalPosition().toPoint());
        break;
    case Mode::Pressed:
        if (clickSelectsOnly)
            select({grabbed});
        break;
    case Mode::Moving:
        finishMove();
        break;
    case Mode::Banding:
        finishBand(add);
        break;
    case Mode::Cutting:
        finishCut();
        break;
    case Mode::Wiring:
        drag.moveTo(toScene(event.position()));
        aimWire(drag.targetAt(toScene(event.position())));
        dropWire();
        break;
    case Mode::Idle:
    case Mode::KeyWiring:
    case Mode::Refused:
        break;
    }
}

void CanvasView::Impl::finishMove()
{
    const canvas::NodeItem* node = scene.node(grabbed);
    if (!node)
        return scene.endDrag();
    const QPointF by = node->dragOffset();
    const Stage stage = scene.lanes().stageAt(node->bodyRect().center());
    const bool stageChanged = stage != node->face().stage;
    const auto nodes = touched();
    scene.endDrag(); // what the document says stands until the owner answers
    if (!by.isNull() || stageChanged)
        Q_EMIT view.moveRequested(nodes, {by.x(), by.y()}, stage, stageChanged);
}

void CanvasView::Impl::finishBand(bool add)
{
    view.viewport()->update();
    if (band.width() * zoom() < kDragDistance && band.height() * zoom() < kDragDistance)
        return;
    std::vector<NodeId> nodes = add ? touched() : std::vector<NodeId>{};
    for (const canvas::NodeItem* item : scene.nodesIn(band))
        if (std::ranges::count(nodes, item->face().id) == 0)
            nodes.push_back(item->face().id);
    select(std::move(nodes));
}

void CanvasView::Impl::finishCut()
{
    view.viewport()->update();
    QPainterPath blade(pressScene);
    blade.lineTo(cutEnd);
    QPainterPathStroker stroker;
    stroker.setWidth(2);
    const QPainterPath wide = stroker.createStroke(blade);
    std::vector<std::pair<NodeId, std::string>> cut;
    for (const canvas::NodeItem* node : scene.nodes())
        for (const auto& port : node->face().inputs)
            if (const auto* wire = scene.wire(node->face().id, port.name.toStdString()))
                if (canvas::crosses(wire->route().path, wide))
                    cut.emplace_back(node->face().id, port.name.toStdString());
    for (const auto& [node, port] : cut)
        Q_EMIT view.disconnectRequested(node, QString::fromStdString(port));
}

void CanvasView::Impl::hover(QPointF point)
{
    if (spaceDown)
        return;
    if (scene.portAt(point, canvas::kPortHit / 2))
        view.viewport()->setCursor(Qt::CrossCursor);
    else if (!scene.nodeAt(point) && scene.frameTitleAt(point))
        view.viewport()->setCursor(Qt::SizeAllCursor);
    else
        view.viewport()->unsetCursor();
}

/// Disabled with the reason as its tip, where the FeatureSpace cannot be opened yet.
void CanvasView::Impl::addOpenSpace(QMenu& menu, NodeId space)
{
    QAction* entry = menu.addAction(CanvasView::tr("Open into its layers"), &view, [this, space] {
        Q_EMIT view.openSpaceRequested(space);
    });
    entry->setObjectName("openSpace");
    entry->setShortcut(Qt::CTRL | Qt::ALT | Qt::Key_O);
    entry->setShortcutContext(Qt::WidgetShortcut);
    const Result<> may = mayOpenSpace(*scene.document(), space);
    entry->setEnabled(may.ok());
    if (!may.ok()) {
        entry->setToolTip(translated(may.error()));
        menu.setToolTipsVisible(true);
    }
}

void CanvasView::Impl::showMenu(QPoint viewportPoint, QPoint globalPoint)
{
    const QPointF point = toScene(viewportPoint);
    if (const canvas::NodeItem* node = scene.nodeAt(point);
        node && std::ranges::count(selection, node->face().id) == 0)
        select({node->face().id});
    auto* menu = new QMenu(&view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& text, const QKeySequence& keys, auto&& action) {
        QAction* entry = menu->addAction(text, &view, action);
        entry->setShortcut(keys);
        entry->setShortcutContext(Qt::WidgetShortcut); // shows the key, the canvas handles it
        return entry;
    };
    add(CanvasView::tr("Add layer…"), Qt::Key_Tab,
        [this, viewportPoint] { Q_EMIT view.paletteRequested(viewportPoint); });
    if (!scene.inside().empty())
        add(CanvasView::tr("Leave group"), Qt::Key_Escape,
            [this] { Q_EMIT view.leaveRequested(scene.inside().size() - 1); });
    if (!touched().empty()) {
        menu->addSeparator();
        add(CanvasView::tr("Duplicate"), Qt::CTRL | Qt::Key_D,
            [this] { Q_EMIT view.duplicateRequested(touched()); });
        add(CanvasView::tr("Mute"), Qt::Key_M, [this] { Q_EMIT view.muteRequested(touched()); });
        add(CanvasView::tr("Collapse"), Qt::Key_H,
            [this] { Q_EMIT view.collapseRequested(touched()); });
        add(CanvasView::tr("Frame"), Qt::CTRL | Qt::Key_G,
            [this] { Q_EMIT view.frameRequested(touched()); });
        add(CanvasView::tr("Group"), Qt::CTRL | Qt::SHIFT | Qt::Key_G,
            [this] { Q_EMIT view.groupRequested(touched()); });
        const auto stands = [this](Stage stage) {
            return std::ranges::any_of(touched(), [&](NodeId node) {
                return edits::hasSide(*scene.document(), node)
                    && scene.document()->node(node)->stage == stage;
            });
        };
        if (stands(Stage::Pipeline))
            add(CanvasView::tr("Move behind the batch"), Qt::Key_B,
                [this] { Q_EMIT view.acrossBatchRequested(touched(), Stage::Model); });
        if (stands(Stage::Model))
            add(CanvasView::tr("Move before the batch"), Qt::SHIFT | Qt::Key_B,
                [this] { Q_EMIT view.acrossBatchRequested(touched(), Stage::Pipeline); });
        if (const canvas::NodeItem* node = scene.nodeAt(point); node && node->face().composite) {
            add(CanvasView::tr("Open group"), Qt::Key_Return,
                [this, id = node->face().id] { Q_EMIT view.enterRequested(id); });
            add(CanvasView::tr("Dissolve group"), Qt::CTRL | Qt::ALT | Qt::Key_G,
                [this, id = node->face().id] { Q_EMIT view.dissolveRequested(id); });
        }
        if (const canvas::NodeItem* node = scene.nodeAt(point);
            node && node->face().kerasClass == "FeatureSpace")
            addOpenSpace(*menu, node->face().id);
        menu->addSeparator();
        add(CanvasView::tr("Delete"), Qt::Key_Delete, [this] { removeSelected(false); });
        add(CanvasView::tr("Delete and reconnect"), Qt::SHIFT | Qt::Key_Delete,
            [this] { removeSelected(true); });
    }
    menu->popup(globalPoint);
}

} // namespace lb
