#include "app/workbench/canvas_edits.h"

#include "app/workbench/added_layers.h"
#include "app/workbench/arrangement.h"
#include "app/workbench/session.h"
#include "core/graph/batch_moves.h"
#include "core/graph/edits.h"
#include "core/graph/feature_spaces.h"
#include "core/graph/flow.h"
#include "widgets/canvas/canvas_view.h"

#include <QCoreApplication>
#include <QInputDialog>
#include <QLineEdit>

#include <algorithm>

namespace lb {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("lb::CanvasEdits", text);
}

/// Nodes that make a group one: they are neither added nor taken away.
bool isEnd(const Document& document, NodeId node)
{
    const LayerDef* layer = document.layerOf(node);
    return layer && isFlow(layer->kerasClass) && document.bodyOf(node) != &document.root();
}

/// Says so and returns true if one of them is what a group begins or ends with.
bool holdsEnd(Session& session, const std::vector<NodeId>& nodes)
{
    for (const NodeId node : nodes)
        if (isEnd(session.document(), node)) {
            session.reportFailure(
                {ErrorCode::BadParameter, session.document().nameOf(node),
                 LB_TR("Error", "stays: a group has what it takes and what it gives; dissolve the "
                                "group to be rid of them")});
            return true;
        }
    return false;
}

std::vector<NodeId> selectionOf(const Session& session)
{
    return session.selection();
}

void edit(Session& session, Result<Document> next, const QString& text)
{
    session.apply(std::move(next), text);
}

void toggle(Session& session, const std::vector<NodeId>& nodes, bool Node::*flag,
            Result<Document> (*set)(const Document&, NodeId, bool), const QString& text)
{
    const Document& document = session.document();
    const bool on = std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) {
        const Node* node = document.node(id);
        return node && !(node->*flag);
    });
    Steps steps(document);
    for (const NodeId node : nodes)
        steps.then([&](const Document& d) { return set(d, node, on); });
    edit(session, steps.result(), text);
}

void mute(Session& session, const std::vector<NodeId>& nodes)
{
    if (!holdsEnd(session, nodes))
        toggle(session, nodes, &Node::muted, edits::setMuted, tr("Mute"));
}

void collapse(Session& session, const std::vector<NodeId>& nodes)
{
    toggle(session, nodes, &Node::collapsed, edits::setCollapsed, tr("Collapse"));
}

void remove(Session& session, const std::vector<NodeId>& nodes, bool reconnect)
{
    if (nodes.empty() || holdsEnd(session, nodes))
        return;
    edit(session,
         reconnect ? edits::removeAndReconnect(session.document(), nodes)
                   : edits::removeNodes(session.document(), nodes),
         tr("Delete"));
}

void duplicate(Session& session, const std::vector<NodeId>& nodes)
{
    std::vector<NodeId> created;
    if (!nodes.empty() && !holdsEnd(session, nodes)
        && session.apply(edits::duplicateNodes(session.document(), nodes, {32, 32}, &created),
                         tr("Duplicate")))
        session.select(created);
}

void frame(Session& session, const std::vector<NodeId>& nodes)
{
    if (!nodes.empty())
        edit(session,
             edits::addFrame(session.document(), session.shownBody().id,
                             tr("group").toStdString(), nodes),
             tr("Frame"));
}

void makeGroup(Session& session, const std::vector<NodeId>& nodes)
{
    if (nodes.empty())
        return;
    for (const NodeId node : nodes)
        if (const LayerDef* layer = session.document().layerOf(node))
            if (const Result<> may = mayStandInGroup(session, *layer); !may.ok())
                return session.reportFailure(may.error());
    Result<edits::Added> made
        = edits::makeGroup(session.document(), nodes, tr("group").toStdString());
    if (!made.ok())
        return session.reportFailure(made.error());
    const NodeId group = made.value().node;
    if (session.apply(std::move(made.value().document), tr("Group")))
        session.select({group});
}

void dissolveGroup(Session& session, NodeId group)
{
    std::vector<NodeId> freed;
    if (session.apply(edits::dissolveGroup(session.document(), group, &freed),
                      tr("Dissolve group")))
        session.select(std::move(freed));
}

/// Those that stand on the other side; the step is named after all that moved. `document` is the
/// session's, or with places that were dragged.
void moveAcrossBatch(Session& session, const Document& document, std::vector<NodeId> nodes, Stage to)
{
    constexpr qsizetype kMostNames = 3;
    if (std::ranges::any_of(nodes, [&](NodeId node) { return edits::hasSide(document, node); }))
        std::erase_if(nodes, [&](NodeId node) { // the others say why nothing moves
            return !edits::hasSide(document, node) || document.node(node)->stage == to;
        });
    if (nodes.empty())
        return;
    Result<edits::MovedAcross> done = edits::moveAcrossBatch(
        document, nodes, to, edits::trainedNodes(session.analysis()));
    if (!done.ok())
        return session.reportFailure(done.error());
    std::vector<NodeId> moved = std::move(done.value().moved);
    QStringList names;
    for (const NodeId node : moved)
        names << QString::fromStdString(document.nameOf(node));
    const QString all = names.size() <= kMostNames
        ? names.join(", ")
        : tr("%1 and %2 more").arg(names.mid(0, kMostNames).join(", ")).arg(names.size() - kMostNames);
    if (session.apply(std::move(done.value().document),
                      to == Stage::Model ? tr("Move %1 behind the batch").arg(all)
                                         : tr("Move %1 before the batch").arg(all)))
        session.select(std::move(moved));
}

void openSpace(Session& session, NodeId space)
{
    const std::shared_ptr<const Document> before = session.sharedDocument();
    if (!session.apply(withOpenSpace(*before, space), tr("Open into its layers")))
        return;
    std::vector<NodeId> made;
    for (const auto& node : session.document().body(before->bodyOf(space)->id)->nodes)
        if (!before->node(node->id))
            made.push_back(node->id);
    session.select(std::move(made));
}

/// Into the other lane: as by the command, the layers go across the batch with their wires.
void move(Session& session, const std::vector<NodeId>& nodes, Point by, Stage stage,
          bool stageChanged)
{
    Steps steps(session.document());
    steps.then([&](const Document& d) { return edits::moveNodes(d, nodes, by); });
    std::vector<NodeId> across;
    if (stageChanged)
        for (const NodeId node : nodes) {
            if (!edits::hasSide(session.document(), node))
                steps.then([&](const Document& d) { return edits::setStage(d, node, stage); });
            else if (session.document().node(node)->stage != stage) // the others only change place
                across.push_back(node);
        }
    const Result<Document> moved = steps.result();
    if (across.empty() || !moved.ok())
        return edit(session, moved, tr("Move"));
    moveAcrossBatch(session, moved.value(), std::move(across), stage);
}

void rename(Session& session, NodeId node, QWidget* parent)
{
    const std::string before = session.document().nameOf(node);
    if (before.empty())
        return;
    bool accepted = false;
    const std::string name
        = QInputDialog::getText(parent, tr("Rename"), tr("Name, unique in the project"),
                                QLineEdit::Normal, QString::fromStdString(before), &accepted)
              .trimmed()
              .toStdString();
    const LayerDef* layer = session.document().layerOf(node);
    if (accepted)
        edit(session,
             layer ? edits::rename(session.document(), layer->id, name)
                   : edits::renameGroup(session.document(), node, name),
             tr("Rename"));
}

void joinEdits(CanvasView& canvas, Session& session)
{
    const auto on = [&](auto signal, auto slot) {
        QObject::connect(&canvas, signal, &session, std::move(slot));
    };
    Session* s = &session;
    on(&CanvasView::addRequested,
       [s](const QString& name, Stage stage, Point at) { addLayer(*s, name, stage, at); });
    on(&CanvasView::insertIntoWireRequested,
       [s](const QString& name, Stage stage, Point at, NodeId to, const QString& port) {
           addLayer(*s, name, stage, at, [&](const Document& d, NodeId node) -> Result<Document> {
               LB_TRY(wired, edits::insertIntoWire(d, node, to, port.toStdString()));
               return edits::makeRoom(wired, node);
           });
       });
    on(&CanvasView::moveRequested,
       [s](const std::vector<NodeId>& nodes, Point by, Stage stage, bool changed) {
           move(*s, nodes, by, stage, changed);
       });
    on(&CanvasView::connectRequested, [s](PortRef from, NodeId to, const QString& port) {
        edit(*s, edits::connect(s->document(), from, to, port.toStdString()), tr("Connect"));
    });
    on(&CanvasView::disconnectRequested, [s](NodeId to, const QString& port) {
        edit(*s, edits::disconnect(s->document(), to, port.toStdString()), tr("Disconnect"));
    });
    on(&CanvasView::rewireRequested, [s](NodeId oldTo, const QString& oldPort, PortRef from,
                                         NodeId to, const QString& port) {
        Steps steps(s->document());
        steps.then([&](const Document& d) { return edits::disconnect(d, oldTo, oldPort.toStdString()); })
            .then([&](const Document& d) { return edits::connect(d, from, to, port.toStdString()); });
        edit(*s, steps.result(), tr("Move wire"));
    });
    on(&CanvasView::removeRequested, [s](const std::vector<NodeId>& nodes, bool reconnect) {
        remove(*s, nodes, reconnect);
    });
    on(&CanvasView::duplicateRequested,
       [s](const std::vector<NodeId>& nodes) { duplicate(*s, nodes); });
    on(&CanvasView::muteRequested, [s](const std::vector<NodeId>& nodes) { mute(*s, nodes); });
    on(&CanvasView::collapseRequested,
       [s](const std::vector<NodeId>& nodes) { collapse(*s, nodes); });
    on(&CanvasView::frameRequested, [s](const std::vector<NodeId>& nodes) { frame(*s, nodes); });
    on(&CanvasView::groupRequested,
       [s](const std::vector<NodeId>& nodes) { makeGroup(*s, nodes); });
    on(&CanvasView::acrossBatchRequested, [s](const std::vector<NodeId>& nodes, Stage to) {
        moveAcrossBatch(*s, s->document(), nodes, to);
    });
    on(&CanvasView::dissolveRequested, [s](NodeId group) { dissolveGroup(*s, group); });
    on(&CanvasView::enterRequested, [s](NodeId group) { s->enter(group); });
    on(&CanvasView::leaveRequested, [s](std::size_t depth) { s->leave(depth); });
    on(&CanvasView::openSpaceRequested, [s](NodeId space) { openSpace(*s, space); });
    on(&CanvasView::renameRequested,
       [s, view = &canvas](NodeId node) { rename(*s, node, view); });
    on(&CanvasView::fixRequested, [s](const Problem& problem, int fix) {
        s->applyFix(problem, static_cast<std::size_t>(fix));
    });
    on(&CanvasView::phaseToggleRequested, [s] {
        s->setPhase(s->phase() == Phase::Training ? Phase::Inference : Phase::Training);
    });
}

} // namespace

void joinCanvas(CanvasView& canvas, Session& session)
{
    joinEdits(canvas, session);
    const auto show = [&canvas, &session] {
        canvas.setInside(session.inside());
        canvas.setOwnValidation(session.heldOut() != nullptr);
        canvas.setDocument(session.sharedDocument(), session.analysis(), session.facts());
        canvas.setSelection(session.selection());
    };
    QObject::connect(&session, &Session::documentChanged, &canvas, show);
    QObject::connect(&session, &Session::insideChanged, &canvas, show);
    QObject::connect(&session, &Session::sourceChanged, &canvas, show);
    QObject::connect(&session, &Session::phaseChanged, &canvas, [&canvas, &session, show] {
        canvas.setPhase(session.phase());
        show();
    });
    QObject::connect(&session, &Session::selectionChanged, &canvas,
                     [&canvas, &session] { canvas.setSelection(session.selection()); });
    QObject::connect(&canvas, &CanvasView::selectionEdited, &session,
                     [&canvas, &session] { session.select(canvas.selection()); });
    canvas.setPhase(session.phase());
    show();
}

void removeSelection(Session& session, bool reconnect)
{
    remove(session, selectionOf(session), reconnect);
}
void duplicateSelection(Session& session)
{
    duplicate(session, selectionOf(session));
}
void muteSelection(Session& session)
{
    mute(session, selectionOf(session));
}
void collapseSelection(Session& session)
{
    collapse(session, selectionOf(session));
}
void frameSelection(Session& session)
{
    frame(session, selectionOf(session));
}
void groupSelection(Session& session)
{
    makeGroup(session, selectionOf(session));
}
void dissolveSelection(Session& session)
{
    if (session.selected().value)
        dissolveGroup(session, session.selected());
}
void moveSelectionAcrossBatch(Session& session, Stage to)
{
    moveAcrossBatch(session, session.document(), selectionOf(session), to);
}
bool selectionStands(const Session& session, Stage from)
{
    return std::ranges::any_of(session.selection(), [&](NodeId node) {
        return edits::hasSide(session.document(), node)
            && session.document().node(node)->stage == from;
    });
}
void openSelectedSpace(Session& session)
{
    if (session.selected().value)
        openSpace(session, session.selected());
}
void enterSelectedGroup(Session& session)
{
    session.enter(session.selected());
}
void leaveGroup(Session& session)
{
    if (!session.inside().empty())
        session.leave(session.inside().size() - 1);
}

void arrangeAll(Session& session)
{
    Steps steps(session.document());
    for (const auto& [node, place] : arrangement::places(session.shownBody())) {
        const Point at = session.document().node(node)->at;
        const Point by{place.x - at.x, place.y - at.y};
        if (by != Point{})
            steps.then([&, id = node](const Document& d) {
                return edits::moveNodes(d, std::array{id}, by);
            });
    }
    edit(session, steps.result(), tr("Arrange"));
}

} // namespace lb
