#include "widgets/canvas/canvas_impl.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/support/translated.h"

#include <algorithm>

// A wire from the first pull to its end, the card of a refusal, and the selection.
namespace lb {
namespace {

constexpr int kCardGap = 14; ///< between the pointer and the card

/// As Keras prints it: "(None, 4, 4, 64)".
QString kerasShape(const Spec& spec)
{
    QStringList sizes;
    for (const std::int64_t size : spec.shape)
        sizes << (size == kUnknown ? QStringLiteral("None") : QString::number(size));
    return '(' + sizes.join(", ") + (sizes.size() == 1 ? ",)" : ")");
}

} // namespace

void CanvasView::Impl::beginWire(const canvas::WireDrag::End& fixed,
                                 std::optional<canvas::WireDrag::End> taken, Mode wireMode)
{
    const canvas::NodeItem* node = scene.node(fixed.node);
    if (!node || !scene.document())
        return;
    mode = wireMode;
    drag.begin(fixed, std::move(taken));
    lookTimer.start();
    Q_EMIT view.statusRequested(
        CanvasView::tr("Connecting %1, Esc cancels").arg(node->face().title));
}

void CanvasView::Impl::aimWire(const std::optional<canvas::WireDrag::End>& target)
{
    if (target == drag.target() && (!target || card->isVisible() || !drag.refused()))
        return;
    drag.aim(target);
    if (drag.refused()) {
        const canvas::NodeItem* node = scene.node(target->node);
        const QPointF port = target->isInput ? node->inputPlace(target->index)
                                             : node->outputPlace(target->index);
        showRefusal(view.mapFromScene(port));
        return;
    }
    hideCard();
    const canvas::NodeItem* fixed = scene.node(drag.fixed().node);
    if (fixed)
        Q_EMIT view.statusRequested(
            CanvasView::tr("Connecting %1, Esc cancels").arg(fixed->face().title));
}

void CanvasView::Impl::dropWire()
{
    const auto target = drag.target();
    if (!target) {
        const auto taken = drag.taken();
        endWire();
        if (taken)
            Q_EMIT view.disconnectRequested(taken->node, QString::fromStdString(taken->port));
        return;
    }
    if (drag.refused()) {
        mode = Mode::Refused; // the card waits for an answer
        return;
    }
    connectTo(*target);
}

void CanvasView::Impl::connectTo(const canvas::WireDrag::End& target)
{
    const PortRef from = drag.from(target);
    const auto to = drag.to(target);
    const auto taken = drag.taken();
    endWire();
    if (taken && *taken == to)
        return; // put back where it was
    const QString port = QString::fromStdString(to.port);
    if (taken)
        Q_EMIT view.rewireRequested(taken->node, QString::fromStdString(taken->port), from, to.node,
                                    port);
    else
        Q_EMIT view.connectRequested(from, to.node, port);
}

void CanvasView::Impl::endWire()
{
    lookTimer.stop();
    hideCard();
    if (!drag.active())
        return;
    drag.end();
    aims.clear();
    if (mode == Mode::Wiring || mode == Mode::KeyWiring || mode == Mode::Refused)
        mode = Mode::Idle;
    Q_EMIT view.statusRequested({});
}

void CanvasView::Impl::showRefusal(QPointF viewportPoint)
{
    const auto target = drag.target();
    if (!target || !scene.document())
        return;
    const auto& verdict = drag.verdict(*target);
    if (verdict.problems.empty())
        return;
    const Problem& problem = verdict.problems.front();
    const PortRef from = drag.from(*target);
    const canvas::NodeItem* source = scene.node(from.node);
    const canvas::NodeItem* sink = scene.node(drag.to(*target).node);
    if (!source || !sink)
        return;
    QString got;
    if (const auto& outputs = source->face().outputs;
        static_cast<std::size_t>(from.port) < outputs.size()
        && outputs[static_cast<std::size_t>(from.port)].spec)
        got = kerasShape(*outputs[static_cast<std::size_t>(from.port)].spec);
    const QString title = CanvasView::tr("%1 does not fit %2")
                              .arg(source->face().title, sink->face().title);
    card->setProblem(problem, title, got);
    // Below the wire, left of the target, inside the view.
    const QRect area = view.viewport()->rect().adjusted(8, 8, -8, -8);
    QPoint corner = viewportPoint.toPoint() + QPoint(-card->width() - kCardGap, kCardGap + 8);
    corner.setX(std::clamp(corner.x(), area.left(),
                           std::max(area.left(), area.right() - card->width())));
    if (corner.y() + card->height() > area.bottom()) // above it where there is no room below
        corner.setY(std::max(area.top(),
                             viewportPoint.toPoint().y() - card->height() - kCardGap - 8));
    card->move(corner);
    card->show();
    card->raise();
    Q_EMIT view.statusRequested(card->accessibleName());
}

void CanvasView::Impl::takeFix(int fix)
{
    if (!card->isVisible() || !card->offers(fix))
        return;
    const Problem problem = card->problem(); // the owner answers with another document
    endWire();
    hideCard();
    Q_EMIT view.fixRequested(problem, fix);
}

void CanvasView::Impl::showLint(NodeId node)
{
    const canvas::NodeItem* item = scene.node(node);
    const Problem* worst = nullptr;
    for (const Problem* problem : scene.problems(node))
        if (!worst || problem->severity > worst->severity)
            worst = problem;
    if (!item || !worst)
        return;
    card->setProblem(*worst, item->face().title, {});
    const QRect area = view.viewport()->rect().adjusted(8, 8, -8, -8);
    const QRect body = view.mapFromScene(item->bodyRect()).boundingRect();
    QPoint corner(body.right() + 14, body.top() + body.height() / 2);
    if (corner.x() + card->width() > area.right())
        corner.setX(body.left() - card->width() - 14);
    corner.setX(std::max(area.left(), corner.x()));
    corner.setY(std::max(area.top(), std::min(corner.y(), area.bottom() - card->height())));
    card->move(corner);
    card->show();
    card->raise();
}

void CanvasView::Impl::hideCard()
{
    card->hide();
}

void CanvasView::Impl::select(std::vector<NodeId> nodes)
{
    const bool changed = nodes != selection || selectedWire;
    selectedWire.reset();
    selection = std::move(nodes);
    showSelection();
    if (changed) {
        announce();
        Q_EMIT view.selectionEdited();
    }
}

void CanvasView::Impl::selectWire(const canvas::WireItem* wire)
{
    for (const canvas::NodeItem* node : scene.nodes())
        for (const auto& port : node->face().inputs)
            if (scene.wire(node->face().id, port.name.toStdString()) == wire) {
                const std::pair key(node->face().id, port.name.toStdString());
                select({});
                selectedWire = key;
                showSelection();
                return;
            }
}

void CanvasView::Impl::showSelection()
{
    const canvas::NodeItem* focus = byKeyboard && view.hasFocus() ? current() : nullptr;
    scene.setSelection(touched(), focus ? focus->face().id : NodeId{});
    for (const canvas::NodeItem* node : scene.nodes())
        for (const auto& port : node->face().inputs) {
            const std::pair key(node->face().id, port.name.toStdString());
            if (canvas::WireItem* wire = scene.wire(key.first, key.second))
                wire->setTarget(selectedWire == key || dropWireKey == key);
        }
    minimap->update();
}

std::vector<NodeId> CanvasView::Impl::touched() const
{
    std::vector<NodeId> nodes;
    for (const NodeId id : selection)
        if (scene.node(id))
            nodes.push_back(id);
    return nodes;
}

canvas::NodeItem* CanvasView::Impl::current() const
{
    const auto nodes = touched();
    return nodes.empty() ? nullptr : scene.node(nodes.back());
}

} // namespace lb
