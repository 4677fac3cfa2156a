#include "widgets/canvas/node_geometry.h"

#include "widgets/theme/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace lb::canvas {
namespace {

constexpr double kFirstPort = 58, kSecondInput = 108, kSecondOutput = 134;
constexpr std::size_t kMostBeside = 4; ///< ports beside the values; of those with names two
constexpr double kListTop = 2; ///< from the values to the first row
constexpr double kCollapsedRow = 12;
constexpr double kLaneSide = 24, kLaneTop = 36, kLaneBottom = 16;
constexpr double kFrameSide = 10, kFrameTop = 25, kFrameBottom = 11;
constexpr double kFramedLaneTop = 27, kFramedLaneBottom = 12;
constexpr double kPlaceholderHeight = 96, kLaneGap = 40;

double titleWidth(const NodeFace& face)
{
    static const QFont title = uiFont(FontRole::Title);
    static const QFont chip = uiFont(FontRole::Chip);
    double width = 30 + QFontMetricsF(title).horizontalAdvance(face.title) + 8;
    if (!face.headerChip.isEmpty())
        width += QFontMetricsF(chip).horizontalAdvance(face.headerChip) + 20;
    return width;
}

/// A row each, the middle of the first one `top` below the node's upper edge.
std::vector<QPointF> listed(std::size_t count, double x, double top, double step)
{
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < count; ++i)
        points.emplace_back(x, top + step * static_cast<double>(i));
    return points;
}

std::vector<QPointF> spread(std::size_t count, double x, double second, double scale)
{
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < count; ++i) {
        const double step = count > 2 ? (second - kFirstPort) / static_cast<double>(count - 1)
                                      : second - kFirstPort;
        points.emplace_back(x, (kFirstPort + step * static_cast<double>(i)) * scale);
    }
    return points;
}

} // namespace

bool isListed(const std::vector<PortFace>& ports)
{
    const bool named = std::ranges::any_of(ports, [](const PortFace& port) {
        return !port.name.isEmpty() && !port.name.front().isDigit();
    });
    return ports.size() > kMostBeside || (named && ports.size() > 2);
}

NodeGeometry geometryOf(const NodeFace& face)
{
    const double least = face.composite ? 184
        : face.collapsed                ? kCollapsedWidth
        : face.title.size() > 15        ? 152
                                        : kNodeWidth;
    double width = least;
    if (const double needed = titleWidth(face); needed > width)
        width += std::ceil((needed - width) / kGrid) * kGrid;
    NodeGeometry geometry;
    geometry.size = {width, face.collapsed ? kCollapsedHeight : kNodeHeight};
    const double scale = face.collapsed ? kCollapsedHeight / 2 / kFirstPort : 1;
    const double secondInput = face.collapsed ? 92 : kSecondInput;
    const double secondOutput = face.collapsed ? 92 : kSecondOutput;
    geometry.inputs = spread(face.inputs.size(), 0, secondInput, scale);
    geometry.outputs = spread(face.outputs.size(), width, secondOutput, scale);
    const double step = face.collapsed ? kCollapsedRow : kPortRow;
    const double top = (face.collapsed ? kHeader : kNodeHeight - kFooter + kListTop) + step / 2;
    double rows = 0;
    const auto list = [&](const std::vector<PortFace>& ports, std::vector<QPointF>& places,
                          double x) {
        if (!isListed(ports))
            return;
        places = listed(ports.size(), x, top, step);
        rows = std::max(rows, step * static_cast<double>(ports.size()));
    };
    list(face.inputs, geometry.inputs, 0);
    list(face.outputs, geometry.outputs, width);
    if (rows > 0)
        geometry.size.rheight() += std::ceil((rows + 2 * kListTop) / kGrid) * kGrid;
    return geometry;
}

QRectF frameRect(const Frame& frame, std::span<const NodeBox> nodes)
{
    QRectF rect;
    for (const NodeBox& node : nodes)
        if (std::ranges::count(frame.nodes, node.id) > 0)
            rect |= node.rect.adjusted(0, -node.above, 0, 0);
    if (rect.isEmpty())
        return {};
    return rect.adjusted(-kFrameSide, -kFrameTop, kFrameSide, kFrameBottom);
}

void LaneBoxes::keepOnly(Stage stage)
{
    only = stage;
    (stage == Stage::Pipeline ? model : pipeline) = {};
}

Stage LaneBoxes::stageAt(QPointF point) const
{
    if (only)
        return *only;
    const auto distance = [&](const QRectF& lane) {
        return std::max({lane.top() - point.y(), point.y() - lane.bottom(), 0.0});
    };
    return distance(pipeline) <= distance(model) ? Stage::Pipeline : Stage::Model;
}

LaneBoxes laneBoxes(std::span<const NodeBox> nodes, std::span<const QRectF> frames)
{
    LaneBoxes lanes;
    QRectF all;
    for (const NodeBox& node : nodes) {
        const QRectF padded = node.rect.adjusted(-kLaneSide, -kLaneTop, kLaneSide, kLaneBottom);
        const bool pipeline = node.stage == Stage::Pipeline;
        (pipeline ? lanes.pipeline : lanes.model) |= padded;
        (pipeline ? lanes.pipelineEmpty : lanes.modelEmpty) = false;
        all |= padded;
    }
    for (const QRectF& frame : frames) {
        const bool inPipeline = !lanes.pipelineEmpty && lanes.pipeline.intersects(frame);
        QRectF& lane = inPipeline ? lanes.pipeline : lanes.model;
        lane |= frame.adjusted(-kLaneSide / 2, -kFramedLaneTop, kLaneSide / 2, kFramedLaneBottom);
        all |= lane;
    }
    if (nodes.empty())
        return lanes;
    if (lanes.pipelineEmpty)
        lanes.pipeline = {all.left(), lanes.model.top() - kLaneGap - kPlaceholderHeight,
                          all.width(), kPlaceholderHeight};
    if (lanes.modelEmpty)
        lanes.model
            = {all.left(), lanes.pipeline.bottom() + kLaneGap, all.width(), kPlaceholderHeight};
    for (QRectF* lane : {&lanes.pipeline, &lanes.model}) {
        lane->setLeft(all.left());
        lane->setRight(all.right());
    }
    return lanes;
}

} // namespace lb::canvas
