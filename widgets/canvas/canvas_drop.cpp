#include "core/graph/flow.h"
#include "widgets/canvas/canvas_impl.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

#include <cmath>

// What is dropped from outside: layers of the palette, pictures.
namespace lb {
namespace {

constexpr double kDropReach = 30; ///< a wire is a small target

std::string droppedLayer(const QMimeData& data)
{
    return data.data(kLayerMime).toStdString();
}

QString droppedPicture(const QMimeData& data)
{
    static const QStringList kSuffixes{"png",  "jpg", "jpeg", "bmp", "webp", "gif",
                                       "tif", "tiff", "ppm", "pgm", "pnm"};
    for (const QUrl& url : data.urls())
        if (url.isLocalFile()
            && kSuffixes.contains(QFileInfo(url.toLocalFile()).suffix().toLower()))
            return url.toLocalFile();
    return {};
}

} // namespace

CanvasView::Impl::DropPlace CanvasView::Impl::dropPlace(QPointF scenePoint,
                                                        const std::string& kerasClass) const
{
    const auto grid = [](double value) {
        return std::round(value / canvas::kGrid) * canvas::kGrid;
    };
    DropPlace place;
    place.stage = scene.nodes().empty() ? flow::stageOfNew(registry, kerasClass)
                                        : scene.lanes().stageAt(scenePoint);
    // The middle of its picture under the pointer.
    place.at = {grid(scenePoint.x() - canvas::kNodeWidth / 2), grid(scenePoint.y() - 58)};
    if (kerasClass == flow::kSource || kerasClass == flow::kOutput || scene.nodeAt(scenePoint))
        return place;
    place.wire = scene.wireAt(scenePoint, kDropReach / 2 / zoom());
    if (!place.wire)
        return place;
    // Between two neighbours it stands in their row; the lane is the one they run in.
    const canvas::NodeItem* to = scene.node(place.wire->ends().to);
    if (to && std::abs(scenePoint.y() - place.wire->ends().end.y()) < canvas::kNodeHeight / 2)
        place.at.y = to->face().at.y();
    return place;
}

void CanvasView::Impl::showDropPlace(const DropPlace& place)
{
    clearDropPlace();
    if (!place.wire) {
        scene.setLaneTarget(place.stage);
        return;
    }
    for (const canvas::NodeItem* node : scene.nodes())
        for (const auto& port : node->face().inputs)
            if (scene.wire(node->face().id, port.name.toStdString()) == place.wire)
                dropWireKey = std::pair(node->face().id, port.name.toStdString());
    showSelection();
}

void CanvasView::Impl::clearDropPlace()
{
    scene.setLaneTarget({});
    if (!dropWireKey)
        return;
    dropWireKey.reset();
    showSelection();
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasFormat(kLayerMime) || !droppedPicture(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event)
{
    if (event->mimeData()->hasFormat(kLayerMime))
        m_impl->showDropPlace(m_impl->dropPlace(m_impl->toScene(event->position()),
                                                droppedLayer(*event->mimeData())));
    else if (droppedPicture(*event->mimeData()).isEmpty()) {
        event->ignore();
        return;
    }
    event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_impl->clearDropPlace();
    event->accept();
}

void CanvasView::dropEvent(QDropEvent* event)
{
    if (!event->mimeData()->hasFormat(kLayerMime)) {
        if (const QString picture = droppedPicture(*event->mimeData()); !picture.isEmpty()) {
            event->acceptProposedAction();
            Q_EMIT imageDropped(picture);
        }
        return;
    }
    const std::string kerasClass = droppedLayer(*event->mimeData());
    const Impl::DropPlace place
        = m_impl->dropPlace(m_impl->toScene(event->position()), kerasClass);
    m_impl->showDropPlace(place); // finds the wire's name
    const auto wire = m_impl->dropWireKey;
    m_impl->clearDropPlace();
    event->acceptProposedAction();
    setFocus(Qt::OtherFocusReason);
    const QString name = QString::fromStdString(kerasClass);
    if (wire)
        Q_EMIT insertIntoWireRequested(name, place.stage, place.at, wire->first,
                                       QString::fromStdString(wire->second));
    else
        Q_EMIT addRequested(name, place.stage, place.at);
}

} // namespace lb
