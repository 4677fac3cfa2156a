#include "widgets/canvas/node_item.h"

#include "core/graph/flow.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/canvas/words.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <array>

namespace lb::canvas {
namespace {

constexpr double kSharpness = 2; ///< pixels a unit in the cached picture
constexpr double kMostCut = 0.36; ///< of a picture's longer side

void paintWords(QPainter& painter, const QRectF& box, const QString& words)
{
    painter.setFont(canvasFonts().hint);
    painter.setPen(currentTheme().text3);
    painter.drawText(box, Qt::AlignCenter, words);
}

/// Rows of tiles, as feature maps will stand there.
void paintMaps(QPainter& painter, const QRectF& box, const QColor& color)
{
    constexpr int kColumns = 6, kRows = 3;
    const double step = box.width() / kColumns;
    const double side = std::min(step, box.height() / kRows) - 4;
    const double top = box.center().y() - kRows * (side + 4) / 2 + 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < kColumns; ++column)
            painter.drawRoundedRect(QRectF(box.left() + column * step + (step - side) / 2,
                                           top + row * (side + 4), side, side),
                                    2, 2);
}

void paintBars(QPainter& painter, const QRectF& box, const QColor& color)
{
    constexpr int kBars = 10;
    const double step = (box.width() - 12) / kBars;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    for (int i = 0; i < kBars; ++i)
        painter.drawRoundedRect(
            QRectF(box.left() + 6 + i * step + 1.5, box.center().y() - 2, step - 3, 4), 1, 1);
}

void paintAxes(QPainter& painter, const QRectF& box, const QColor& color)
{
    painter.setPen(QPen(color, 1));
    const QPointF origin(box.left() + 8, box.bottom() - 9);
    painter.drawLine(origin, {box.right() - 8, origin.y()});
    painter.drawLine(origin, {origin.x(), box.top() + 8});
}

} // namespace

void paintPlaceholder(QPainter& painter, const QRectF& box, const NodeFace& face)
{
    const Theme& theme = currentTheme();
    if (!face.hasInput) {
        paintWords(painter, box, Words::tr("no input yet"));
        return;
    }
    const QColor faint = theme.isDark ? theme.hover : theme.line;
    if (face.kerasClass == flow::kOutput) {
        paintAxes(painter, box, faint);
        paintWords(painter, box, Words::tr("no run yet"));
        return;
    }
    const PortFace* output = face.outputs.empty() ? nullptr : &face.outputs.front();
    if (!output || !output->spec) {
        paintWords(painter, box, Words::tr("no output yet"));
        return;
    }
    switch (output->kind) {
    case PortKind::Image:
        if (output->spec->shape.back() > 4) {
            paintMaps(painter, box, faint);
        } else {
            const double side = std::min(28.0, box.height() - 8);
            const QPointF corner = box.center() - QPointF(side, side) / 2;
            paintIcon(painter, {corner, QSizeF(side, side)}, "image", theme.line2);
        }
        break;
    case PortKind::Vector:
    case PortKind::Ids:
    case PortKind::Sequence:
        paintBars(painter, box, faint);
        break;
    case PortKind::String:
    case PortKind::Label:
        paintWords(painter, box, shapeLabel(*output->spec));
        break;
    }
}

QPixmap fittedPicture(const QImage& picture, QSizeF size)
{
    const QSize pixels = (size * kSharpness).toSize();
    const QSizeF wanted = QSizeF(picture.size()).scaled(pixels, Qt::KeepAspectRatioByExpanding);
    const double cut = 1
        - std::min(pixels.width() / wanted.width(), pixels.height() / wanted.height());
    const QSizeF drawn = cut > kMostCut
        ? QSizeF(picture.size()).scaled(pixels, Qt::KeepAspectRatio)
        : wanted;
    const QRectF target(QPointF((pixels.width() - drawn.width()) / 2,
                                (pixels.height() - drawn.height()) / 2),
                        drawn);
    QPixmap fitted(pixels);
    fitted.fill(Qt::transparent);
    QPainter painter(&fitted);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    QPainterPath clip;
    clip.addRoundedRect(QRectF(QPointF(), QSizeF(pixels)), 4 * kSharpness, 4 * kSharpness);
    painter.setClipPath(clip);
    painter.drawImage(target, picture);
    painter.end();
    fitted.setDevicePixelRatio(kSharpness);
    return fitted;
}

} // namespace lb::canvas
