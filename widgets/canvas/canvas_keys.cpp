#include "widgets/canvas/canvas_impl.h"
#include "widgets/canvas/canvas_text.h"

#include <QAccessible>
#include <QCursor>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

// The keyboard, and what a screen reader or the pointer at rest is told.
namespace lb {
namespace {

constexpr double kKeyStep = 16;

bool isArrow(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
}

} // namespace

bool CanvasView::Impl::key(QKeyEvent& event)
{
    byKeyboard = true;
    if (card->isVisible() && card->handleKey(&event))
        return true;
    if (drag.active())
        return keyWhileWiring(event);
    if (isArrow(event.key()))
        return arrow(event);
    return command(event);
}

bool CanvasView::Impl::keyWhileWiring(QKeyEvent& event)
{
    if (event.key() == Qt::Key_Escape) {
        endWire();
        return true;
    }
    if (mode != Mode::KeyWiring)
        return false;
    if (isArrow(event.key())) {
        aimByKey(event.key() == Qt::Key_Right || event.key() == Qt::Key_Down);
        return true;
    }
    if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter) {
        if (const auto target = drag.target(); target && !drag.refused())
            connectTo(*target);
        return true;
    }
    return false;
}

bool CanvasView::Impl::arrow(QKeyEvent& event)
{
    const int key = event.key();
    if (event.modifiers() & Qt::ControlModifier) {
        const auto nodes = touched();
        const canvas::NodeItem* node = current();
        if (!node)
            return true;
        const double x = key == Qt::Key_Left ? -kKeyStep : key == Qt::Key_Right ? kKeyStep : 0;
        const double y = key == Qt::Key_Up ? -kKeyStep : key == Qt::Key_Down ? kKeyStep : 0;
        Q_EMIT view.moveRequested(nodes, {x, y}, node->face().stage, false);
        return true;
    }
    const canvas::NodeItem* from = current();
    canvas::NodeItem* to = from ? neighbour(*from, key)
        : scene.nodes().empty() ? nullptr
                                : scene.nodes().front();
    if (to) {
        select({to->face().id});
        const QRectF seen(toScene(freeArea().topLeft()), toScene(freeArea().bottomRight()));
        if (!seen.contains(to->bodyRect()))
            view.centerOnNode(to->face().id);
    }
    return true;
}

/// Left and right along the wires; up and down, and where no wire leads, to the nearest there.
canvas::NodeItem* CanvasView::Impl::neighbour(const canvas::NodeItem& from, int key) const
{
    const NodeId id = from.face().id;
    const Node* node = scene.document()->node(id);
    if (key == Qt::Key_Left && node)
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                return scene.node(wire->node);
    if (key == Qt::Key_Right)
        for (const bool labels : {false, true}) // the picture's way before the label's
            for (const auto& other : scene.body().nodes)
                for (const Input& input : other->inputs)
                    if (const auto* wire = std::get_if<PortRef>(&input.from);
                        wire && wire->node == id && (wire->port > 0) == labels)
                        return scene.node(other->id);
    const QPointF direction(key == Qt::Key_Left        ? -1
                                : key == Qt::Key_Right ? 1
                                                       : 0,
                            key == Qt::Key_Up         ? -1
                                : key == Qt::Key_Down ? 1
                                                      : 0);
    canvas::NodeItem* best = nullptr;
    double least = 0;
    for (canvas::NodeItem* other : scene.nodes()) {
        const QPointF way = other->bodyRect().center() - from.bodyRect().center();
        const double along = QPointF::dotProduct(way, direction);
        if (other == &from || along <= 1)
            continue;
        const double aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
        const double cost = along + 2 * aside;
        if (aside <= 2 * along && (!best || cost < least)) {
            best = other;
            least = cost;
        }
    }
    return best;
}

bool CanvasView::Impl::command(QKeyEvent& event)
{
    const Qt::KeyboardModifiers keys = event.modifiers() & ~Qt::KeypadModifier;
    const int key = event.key();
    const bool idle = touched().empty() && !selectedWire && mode == Mode::Idle;
    if ((key == Qt::Key_Escape || key == Qt::Key_Backspace) && idle && !scene.inside().empty()) {
        Q_EMIT view.leaveRequested(scene.inside().size() - 1);
    } else if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
        removeSelected(keys & Qt::ShiftModifier);
    } else if (key == Qt::Key_Escape && mode == Mode::Moving) { // dropped where it was
        scene.endDrag();
        mode = Mode::Idle;
    } else if (key == Qt::Key_Escape) {
        select({});
    } else if (key == Qt::Key_A && keys == Qt::ControlModifier) {
        std::vector<NodeId> all;
        for (const canvas::NodeItem* node : scene.nodes())
            all.push_back(node->face().id);
        select(std::move(all));
    } else {
        return viewCommand(key, keys) || (!touched().empty() && selectionCommand(key, keys));
    }
    return true;
}

bool CanvasView::Impl::viewCommand(int key, Qt::KeyboardModifiers keys)
{
    const bool plain = keys == Qt::NoModifier;
    const bool control = keys & Qt::ControlModifier;
    if (key == Qt::Key_Space && plain) {
        spaceDown = true;
        view.viewport()->setCursor(Qt::OpenHandCursor);
    } else if ((key == Qt::Key_Tab && plain) || (key == Qt::Key_A && keys == Qt::ShiftModifier)) {
        const QPoint pointer = view.viewport()->mapFromGlobal(QCursor::pos());
        const QRect area = view.viewport()->rect();
        Q_EMIT view.paletteRequested(area.contains(pointer) ? pointer : area.center());
    } else if (key == Qt::Key_F && plain) {
        view.frameSelection();
    } else if (key == Qt::Key_Home && plain) {
        view.fitAll();
    } else if (key == Qt::Key_T && plain) {
        Q_EMIT view.phaseToggleRequested();
    } else if (key == Qt::Key_Y && plain) {
        cutDown = true;
    } else if (control && (key == Qt::Key_Plus || key == Qt::Key_Equal)) {
        setZoom(zoom() * 1.15, freeArea().center());
    } else if (control && key == Qt::Key_Minus) {
        setZoom(zoom() / 1.15, freeArea().center());
    } else if (control && key == Qt::Key_0) {
        setZoom(1, freeArea().center());
    } else {
        return false;
    }
    return true;
}

bool CanvasView::Impl::selectionCommand(int key, Qt::KeyboardModifiers keys)
{
    const auto nodes = touched();
    const bool plain = keys == Qt::NoModifier;
    const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (key == Qt::Key_D && keys == Qt::ControlModifier)
        Q_EMIT view.duplicateRequested(nodes);
    else if (key == Qt::Key_G && keys == Qt::ControlModifier)
        Q_EMIT view.frameRequested(nodes);
    else if (key == Qt::Key_G && keys == (Qt::ControlModifier | Qt::ShiftModifier))
        Q_EMIT view.groupRequested(nodes);
    else if (key == Qt::Key_G && keys == (Qt::ControlModifier | Qt::AltModifier))
        Q_EMIT view.dissolveRequested(nodes.back());
    else if (key == Qt::Key_O && keys == (Qt::ControlModifier | Qt::AltModifier))
        Q_EMIT view.openSpaceRequested(nodes.back());
    else if (isEnter && plain && scene.node(nodes.back())->face().composite)
        Q_EMIT view.enterRequested(nodes.back());
    else if (key == Qt::Key_B && plain)
        Q_EMIT view.acrossBatchRequested(nodes, Stage::Model);
    else if (key == Qt::Key_B && keys == Qt::ShiftModifier)
        Q_EMIT view.acrossBatchRequested(nodes, Stage::Pipeline);
    else if (key == Qt::Key_M && plain)
        Q_EMIT view.muteRequested(nodes);
    else if (key == Qt::Key_H && plain)
        Q_EMIT view.collapseRequested(nodes);
    else if (key == Qt::Key_F2 && plain)
        Q_EMIT view.renameRequested(nodes.back());
    else if (key == Qt::Key_C && plain)
        startWireByKey();
    else if ((isEnter && keys == Qt::AltModifier)
             || (key == Qt::Key_Period && keys == Qt::ControlModifier))
        showLint(nodes.back());
    else
        return false;
    return true;
}

void CanvasView::Impl::removeSelected(bool reconnect)
{
    if (selectedWire) {
        const auto [node, port] = *selectedWire;
        selectedWire.reset();
        Q_EMIT view.disconnectRequested(node, QString::fromStdString(port));
    } else if (const auto nodes = touched(); !nodes.empty()) {
        Q_EMIT view.removeRequested(nodes, reconnect);
    }
}

void CanvasView::Impl::startWireByKey()
{
    const canvas::NodeItem* node = current();
    if (!node || node->face().outputs.empty())
        return;
    beginWire({node->face().id, false, 0, {}}, {}, Mode::KeyWiring);
    aims = drag.candidates();
    aimIndex = 0;
    // The nearest port that lies ahead, is free and takes it; else the nearest free one.
    for (const bool mustFit : {true, false})
        for (std::size_t i = 0; i < aims.size(); ++i) {
            const canvas::NodeItem* other = scene.node(aims[i].node);
            if (!other || other->face().inputs[aims[i].index].connected
                || (mustFit && !drag.verdict(aims[i]).fits))
                continue;
            aimIndex = i;
            aimWire(aims[i]);
            return;
        }
    if (!aims.empty())
        aimWire(aims.front());
}

void CanvasView::Impl::aimByKey(bool forward)
{
    if (aims.empty())
        return;
    aimIndex = (aimIndex + (forward ? 1 : aims.size() - 1)) % aims.size();
    aimWire(aims[aimIndex]);
    const canvas::NodeItem* node = scene.node(aims[aimIndex].node);
    if (node && !drag.refused())
        Q_EMIT view.statusRequested(
            CanvasView::tr("Connect to %1? Enter connects, Esc cancels").arg(node->face().title));
}

/// "RandomRotation, train only, output 32 by 32 by 3, range 0 to 255" for a screen reader.
void CanvasView::Impl::announce()
{
    QString sentence;
    if (const canvas::NodeItem* node = current()) {
        const canvas::NodeFace& face = node->face();
        QStringList parts{face.title};
        if (face.chip)
            parts << face.chip->word;
        if (!face.outputs.empty() && face.outputs.front().spec)
            parts << CanvasView::tr("output %1")
                         .arg(canvas::spokenSpec(*face.outputs.front().spec));
        sentence = parts.join(", ");
    }
    view.setAccessibleDescription(sentence);
}

bool CanvasView::Impl::showTip(QPoint viewportPoint, QPoint globalPoint)
{
    const QString tip = tipAt(toScene(viewportPoint));
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(globalPoint, tip, view.viewport());
    return true;
}

QString CanvasView::Impl::tipAt(QPointF point) const
{
    const auto line = [](const Spec& spec) {
        return canvas::shapeLabel(spec) + "  " + canvas::rangeLabel(spec);
    };
    if (const auto port = scene.portAt(point, canvas::kPortHit / 2)) {
        const auto& ports = port.isInput ? port.node->face().inputs : port.node->face().outputs;
        const auto& face = ports[port.index];
        const QString name = face.name.isEmpty()
            ? (port.isInput ? CanvasView::tr("input") : CanvasView::tr("output"))
            : face.name;
        return face.spec ? name + ": " + line(*face.spec)
                         : CanvasView::tr("%1: nothing arrives yet").arg(name);
    }
    if (const canvas::NodeItem* node = scene.nodeAt(point)) {
        const canvas::NodeFace& face = node->face();
        QString tip = face.title == face.layerName ? face.title
                                                   : face.title + " (" + face.layerName + ')';
        if (!face.outputs.empty() && face.outputs.front().spec)
            tip += '\n' + line(*face.outputs.front().spec);
        if (!face.problem.isEmpty())
            tip += '\n' + face.problem;
        return tip;
    }
    if (const canvas::WireItem* wire = scene.wireAt(point, kWireReach / zoom())) {
        const canvas::NodeItem* from = scene.node(wire->ends().from.node);
        const canvas::NodeItem* to = scene.node(wire->ends().to);
        if (from && to)
            return CanvasView::tr("%1 to %2").arg(from->face().title, to->face().title) + '\n'
                + wire->face().pill.shape + "  " + wire->face().pill.range;
    }
    return {};
}

} // namespace lb
