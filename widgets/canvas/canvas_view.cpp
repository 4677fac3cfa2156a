#include "widgets/canvas/canvas_view.h"

#include "core/graph/flow.h"
#include "widgets/canvas/canvas_impl.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/theme/theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace lb {
namespace {

constexpr double kLeastZoom = 0.1, kMostZoom = 4;
constexpr double kReadableZoom = 0.62; ///< at which values can still be read
constexpr double kMargin = 12;

} // namespace

CanvasView::Impl::Impl(CanvasView& canvasView, const LayerRegistry& layerRegistry)
    : view(canvasView)
    , registry(layerRegistry)
    , scene(layerRegistry)
    , drag(scene, layerRegistry)
    , minimap(new canvas::Minimap(scene, &canvasView))
    , header(new canvas::CanvasHeader(&canvasView))
    , card(new canvas::ProblemCard(layerRegistry, &canvasView))
    , empty(new canvas::EmptyState(&canvasView))
{
    lookTimer.setInterval(0);
}

void CanvasView::Impl::joinOverlays()
{
    connect(minimap, &canvas::Minimap::centerRequested, &view, [this](QPointF point) {
        place(point, freeArea().center());
    });
    connect(header, &canvas::CanvasHeader::shownChanged, &view,
            [this](bool thumbnails, bool ranges, bool costs) {
                scene.look.thumbnails = thumbnails;
                scene.look.ranges = ranges;
                scene.look.costs = costs;
                scene.update();
            });
    connect(header, &canvas::CanvasHeader::bodyClicked, &view,
            [this](int depth) { Q_EMIT view.leaveRequested(static_cast<std::size_t>(depth)); });
    connect(card, &canvas::ProblemCard::fixChosen, &view, [this](int fix) { takeFix(fix); });
    connect(card, &canvas::ProblemCard::left, &view, [this] {
        hideCard();
        endWire();
    });
    connect(empty, &canvas::EmptyState::sampleRequested, &view, &CanvasView::openSampleRequested);
    connect(&lookTimer, &QTimer::timeout, &view, [this] {
        if (!drag.lookAround())
            lookTimer.stop();
    });
}

CanvasView::CanvasView(const LayerRegistry& registry, QWidget* parent)
    : QGraphicsView(parent)
    , m_impl(std::make_unique<Impl>(*this, registry))
{
    setScene(&m_impl->scene);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setViewportUpdateMode(SmartViewportUpdate);
    setOptimizationFlag(DontSavePainterState);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    viewport()->setAcceptDrops(true);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Canvas"));
    m_impl->joinOverlays();
    m_impl->placeOverlays();
}

CanvasView::~CanvasView()
{
    setScene(nullptr);
}

void CanvasView::setDocument(std::shared_ptr<const Document> document, const Analysis& analysis,
                             const Facts& facts)
{
    Impl& d = *m_impl;
    if (d.drag.active()) // verdicts were about another document
        d.endWire();
    d.hideCard();
    const bool isAnother
        = !d.scene.document() || !canvas::sharesParts(*d.scene.document(), *document);
    if (isAnother)
        d.looks.clear();
    else
        d.looks[d.scene.body().id] = d.look();
    const BodyId before = isAnother ? BodyId{} : d.scene.body().id;
    d.scene.setInside(d.calls);
    d.scene.setDocument(std::move(document), analysis, facts);
    d.parameters = analysis.parameters;
    d.trainable = !analysis.hasErrors();
    std::erase_if(d.selection, [&](NodeId id) { return !d.scene.node(id); });
    d.showSelection();
    d.updateHeader();
    d.empty->setVisible(d.scene.nodes().empty());
    d.minimap->setVisible(d.minimapShown && !d.scene.nodes().empty());
    const auto look = d.looks.find(d.scene.body().id);
    if (isAnother || look == d.looks.end())
        showOpening();
    else if (d.scene.body().id != before)
        d.lookAgain(look->second);
    d.updateMinimap();
    if (d.scene.body().id != before)
        Q_EMIT bodyShown();
}

void CanvasView::setInside(std::vector<NodeId> calls)
{
    m_impl->calls = std::move(calls);
}

CanvasView::Impl::Look CanvasView::Impl::look() const
{
    return {zoom(), toScene(freeArea().center()), kept};
}

void CanvasView::Impl::lookAgain(const Look& before)
{
    view.setTransform(QTransform::fromScale(before.zoom, before.zoom));
    place(before.centre, freeArea().center());
    placeMinimap();
    kept = before.kept;
    Q_EMIT view.zoomChanged(before.zoom);
}

void CanvasView::setPhase(Phase phase)
{
    m_impl->scene.look.phase = phase;
    m_impl->scene.update();
}

void CanvasView::setThumbnail(NodeId node, const QImage& picture)
{
    if (canvas::NodeItem* item = m_impl->scene.node(node))
        item->setThumbnail(picture);
}

QImage CanvasView::thumbnail(NodeId node) const
{
    const canvas::NodeItem* item = m_impl->scene.node(node);
    return item ? item->thumbnail() : QImage();
}

void CanvasView::setCost(NodeId node, double milliseconds)
{
    if (canvas::NodeItem* item = m_impl->scene.node(node))
        item->setCost(milliseconds);
}

void CanvasView::setLaneNotes(const QString& pipeline, const QString& model)
{
    m_impl->scene.setLaneNotes(pipeline, model);
}

void CanvasView::setQueueNote(const QString& note)
{
    m_impl->scene.setQueueNote(note);
}

void CanvasView::setSelection(std::span<const NodeId> nodes)
{
    m_impl->selection.assign(nodes.begin(), nodes.end());
    m_impl->selectedWire.reset();
    m_impl->showSelection();
}

std::vector<NodeId> CanvasView::selection() const
{
    return m_impl->touched();
}

void CanvasView::setMinimapShown(bool shown)
{
    m_impl->minimapShown = shown;
    m_impl->minimap->setVisible(shown && !m_impl->scene.nodes().empty());
}

void CanvasView::fitAll()
{
    m_impl->fit(m_impl->scene.contentRect(), 1);
    m_impl->kept = Impl::Kept::Fit;
}

void CanvasView::showOpening()
{
    Impl& d = *m_impl;
    const QRectF all = d.scene.contentRect();
    d.fit(all, 1);
    const auto& nodes = d.scene.nodes();
    if (d.zoom() < kReadableZoom && !nodes.empty()) {
        const auto source = std::ranges::find(nodes, std::string(flow::kSource),
                                              [](const auto* node) { return node->face().kerasClass; });
        const QPointF flow = (source == nodes.end() ? nodes.front() : *source)->bodyRect().center();
        setTransform(QTransform::fromScale(kReadableZoom, kReadableZoom));
        const QRectF room = d.freeArea().adjusted(kMargin, 0, -kMargin, -kMargin);
        const QSizeF seen = room.size() / kReadableZoom;
        const auto centred = [](double wish, double least, double most, double length) {
            return most - least <= length ? (least + most) / 2
                                          : std::clamp(wish, least + length / 2, most - length / 2);
        };
        d.place({centred(flow.x(), all.left(), all.right(), seen.width()),
                 centred(flow.y(), all.top(), all.bottom(), seen.height())},
                room.center());
        d.placeMinimap();
        Q_EMIT zoomChanged(zoom());
    }
    d.kept = Impl::Kept::Opening;
}

void CanvasView::frameSelection()
{
    QRectF area;
    for (const NodeId id : m_impl->touched())
        area |= m_impl->scene.node(id)->bodyRect();
    if (area.isEmpty())
        fitAll();
    else
        m_impl->fit(area.adjusted(-60, -40, 60, 40), 1.5);
}

void CanvasView::setOwnValidation(bool own)
{
    m_impl->scene.setOwnValidation(own);
}

void CanvasView::centerOnNode(NodeId node)
{
    if (const canvas::NodeItem* item = m_impl->scene.node(node))
        m_impl->place(item->bodyRect().center(), m_impl->freeArea().center());
}

void CanvasView::showNode(NodeId node)
{
    constexpr double kRoom = 12; // between the node and the edge of the view
    const canvas::NodeItem* item = m_impl->scene.node(node);
    if (!item)
        return;
    const QRectF seen = mapFromScene(item->bodyRect()).boundingRect();
    const QRectF room = m_impl->freeArea().adjusted(kRoom, kRoom, -kRoom, -kRoom);
    const auto moved = [](double from, double to, double least, double most) {
        return from < least ? least - from : to > most ? std::max(most - to, least - from) : 0;
    };
    const QPointF by(moved(seen.left(), seen.right(), room.left(), room.right()),
                     moved(seen.top(), seen.bottom(), room.top(), room.bottom()));
    if (!by.isNull())
        m_impl->place(item->bodyRect().center(), seen.center() + by);
}

QPoint CanvasView::nodeCenter(NodeId node) const
{
    const canvas::NodeItem* item = m_impl->scene.node(node);
    return item ? mapFromScene(item->bodyRect().center()) : QPoint();
}

QPoint CanvasView::outputPort(NodeId node, int port) const
{
    const canvas::NodeItem* item = m_impl->scene.node(node);
    return item && port >= 0 ? mapFromScene(item->outputPlace(static_cast<std::size_t>(port)))
                             : QPoint();
}

QPoint CanvasView::inputPort(NodeId node, const QString& port) const
{
    const canvas::NodeItem* item = m_impl->scene.node(node);
    const auto index = item ? item->inputIndex(port.toStdString()) : std::nullopt;
    return index ? mapFromScene(item->inputPlace(*index)) : QPoint();
}

double CanvasView::zoom() const
{
    return m_impl->zoom();
}

QString CanvasView::refusal() const
{
    return m_impl->drag.refused() ? m_impl->card->accessibleName() : QString();
}

void CanvasView::Impl::setZoom(double factor, QPointF viewportAnchor)
{
    const double clamped = std::clamp(factor, kLeastZoom, kMostZoom);
    const QPointF under = toScene(viewportAnchor);
    view.setTransform(QTransform::fromScale(clamped, clamped));
    place(under, viewportAnchor);
    Q_EMIT view.zoomChanged(clamped);
}

QPointF CanvasView::Impl::toScene(QPointF viewportPoint) const
{
    return view.viewportTransform().inverted().map(viewportPoint);
}

void CanvasView::Impl::place(QPointF scenePoint, QPointF viewportPoint)
{
    kept = Kept::Nothing;
    view.horizontalScrollBar()->setValue(qRound(scenePoint.x() * zoom() - viewportPoint.x()));
    view.verticalScrollBar()->setValue(qRound(scenePoint.y() * zoom() - viewportPoint.y()));
    updateMinimap();
}

QRectF CanvasView::Impl::freeArea() const
{
    const QRectF area(view.viewport()->rect());
    return area.adjusted(0, header->height(), 0, 0);
}

void CanvasView::Impl::fit(const QRectF& area, double most)
{
    const QRectF room = freeArea().adjusted(kMargin, 0, -kMargin, -kMargin);
    if (area.isEmpty() || room.width() < 20 || room.height() < 20)
        return;
    const double factor
        = std::min({most, room.width() / area.width(), room.height() / area.height()});
    view.setTransform(QTransform::fromScale(std::clamp(factor, kLeastZoom, kMostZoom),
                                            std::clamp(factor, kLeastZoom, kMostZoom)));
    QPointF centre = room.center();
    if (area.height() * zoom() < room.height() - 1) // content hangs from the top, as text does
        centre.setY(room.top() + area.height() * zoom() / 2
                    + std::min(24.0, (room.height() - area.height() * zoom()) / 2));
    place(area.center(), centre);
    placeMinimap();
    Q_EMIT view.zoomChanged(zoom());
}

/// In the first corner where it hides no node; it stays there while one scrolls.
void CanvasView::Impl::placeMinimap()
{
    const QRect area = view.viewport()->rect();
    const int right = area.right() - minimap->width() - 11, left = 12;
    const int bottom = area.bottom() - minimap->height() - 11, top = header->height() + 2;
    for (const QPoint corner : {QPoint(right, bottom), QPoint(left, bottom), QPoint(right, top)}) {
        const QRect box(corner, minimap->size());
        const QRectF seen(toScene(box.topLeft()), toScene(box.bottomRight()));
        if (scene.nodesIn(seen).empty()) {
            minimap->move(corner);
            return;
        }
    }
    minimap->move(right, bottom);
}

void CanvasView::Impl::placeOverlays()
{
    const QRect area = view.viewport()->rect();
    header->setGeometry(0, 0, area.width(), header->height());
    placeMinimap();
    empty->move(area.center() - empty->rect().center());
    for (QWidget* overlay : {static_cast<QWidget*>(header), static_cast<QWidget*>(minimap),
                             static_cast<QWidget*>(empty), static_cast<QWidget*>(card)})
        overlay->raise();
    updateMinimap();
}

void CanvasView::Impl::updateMinimap()
{
    minimap->setView(QRectF(toScene({0, 0}), toScene(QPointF(view.viewport()->width(),
                                                              view.viewport()->height()))),
                     zoom());
}

void CanvasView::Impl::updateHeader()
{
    if (!scene.document())
        return;
    const QString count = canvas::nodeCount(scene.nodes().size());
    QStringList way{QString::fromStdString(scene.document()->root().name)};
    for (const NodeId call : scene.inside())
        way << QString::fromStdString(scene.document()->nameOf(call));
    if (way.size() > 1)
        return header->setFacts(way, CanvasView::tr("%1, Esc leads back").arg(count));
    header->setFacts(way,
                     trainable ? CanvasView::tr("%1, %2 parameters")
                                     .arg(count, canvas::countLabel(parameters))
                               : CanvasView::tr("%1, not trainable yet").arg(count));
}

} // namespace lb
