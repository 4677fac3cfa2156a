#include "widgets/canvas/canvas_paint.h"

#include "widgets/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

namespace lb::canvas {
namespace {

constexpr double kWireChipHeight = 18;
constexpr double kLine = 13; ///< of a pill's text

double widthOf(const QFont& font, const QString& text)
{
    return text.isEmpty() ? 0 : QFontMetricsF(font).horizontalAdvance(text);
}

} // namespace

const CanvasFonts& canvasFonts()
{
    static const CanvasFonts fonts = [] {
        QFont fact = uiFont(FontRole::Chip); // as large as the cost beside it
        fact.setWeight(QFont::Normal);
        return CanvasFonts{uiFont(FontRole::Title), uiFont(FontRole::Hint), uiFont(FontRole::Chip),
                           fact, uiFont(FontRole::Mono), uiFont(FontRole::MonoSmall)};
    }();
    return fonts;
}

Detail detailAt(double scale)
{
    return scale < 0.35 ? Detail::HeaderOnly : scale < 0.6 ? Detail::NoParams : Detail::Full;
}

QColor portColor(PortKind kind)
{
    const Theme::Ports& ports = currentTheme().port;
    switch (kind) {
    case PortKind::Image:
        return ports.image;
    case PortKind::String:
        return ports.string;
    case PortKind::Ids:
        return ports.ids;
    case PortKind::Vector:
        return ports.vector;
    case PortKind::Sequence:
        return ports.sequence;
    case PortKind::Label:
        return ports.label;
    }
    return ports.image;
}

QColor toneColor(Tone tone)
{
    const Theme& theme = currentTheme();
    switch (tone) {
    case Tone::Neutral:
        return theme.text2;
    case Tone::Ok:
        return theme.ok;
    case Tone::Warn:
        return theme.warn;
    case Tone::Error:
        return theme.error;
    case Tone::TrainOnly:
        return theme.trainOnly;
    }
    return theme.text2;
}

QColor toneBackground(Tone tone)
{
    const Theme& theme = currentTheme();
    switch (tone) {
    case Tone::Neutral:
        return theme.hover;
    case Tone::Ok:
        return theme.okBg;
    case Tone::Warn:
        return theme.warnBg;
    case Tone::Error:
        return theme.errorBg;
    case Tone::TrainOnly:
        return theme.trainOnlyBg;
    }
    return theme.hover;
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

QPainterPath portShape(PortKind kind)
{
    QPainterPath path;
    const auto polygon = [&](std::initializer_list<QPointF> points) {
        path.addPolygon(QPolygonF(QList<QPointF>(points)));
        path.closeSubpath();
    };
    switch (kind) {
    case PortKind::Image:
        path.addEllipse(QPointF(), 6, 6);
        break;
    case PortKind::String:
        path.addRect(-5.5, -5.5, 11, 11);
        break;
    case PortKind::Ids:
        polygon({{0, -7}, {7, 0}, {0, 7}, {-7, 0}});
        break;
    case PortKind::Vector: // flat sides left and right would cut the wire: points lie on it
        polygon({{-3.5, -6}, {3.5, -6}, {7, 0}, {3.5, 6}, {-3.5, 6}, {-7, 0}});
        break;
    case PortKind::Sequence:
        polygon({{-5, -6.5}, {6.5, 0}, {-5, 6.5}});
        break;
    case PortKind::Label:
        polygon({{-6, -5}, {2, -5}, {7, 0}, {2, 5}, {-6, 5}});
        break;
    }
    return path;
}

double chipWidth(const Chip& chip)
{
    return 5 + 12 + 4 + widthOf(canvasFonts().chip, chip.word) + 5;
}

double paintChip(QPainter& painter, QPointF at, const Chip& chip)
{
    const QRectF box(at, QSizeF(chipWidth(chip), kWireChipHeight));
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneBackground(chip.tone));
    painter.drawRoundedRect(box, 4, 4);
    paintIcon(painter, {box.left() + 5, box.top() + 3, 12, 12}, chip.icon, toneColor(chip.tone));
    painter.setPen(toneColor(chip.tone));
    painter.setFont(canvasFonts().chip);
    painter.drawText(box.adjusted(21, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, chip.word);
    return box.width();
}

QSizeF pillSize(const Pill& pill)
{
    const QFont& font = canvasFonts().monoSmall;
    const double space = widthOf(font, " ");
    const double shape = widthOf(font, pill.shape);
    const double range = widthOf(font, pill.range);
    if (!pill.oneLine)
        return {std::max(shape, range) + 10, (pill.range.isEmpty() ? 1 : 2) * kLine + 5};
    double width = shape + (pill.range.isEmpty() ? 0 : space + range);
    if (!pill.extra.isEmpty())
        width += 3 * space + widthOf(font, pill.extra);
    return {width + 12, kLine + 4};
}

void paintPill(QPainter& painter, QPointF center, const Pill& pill)
{
    const Theme& theme = currentTheme();
    const QSizeF size = pillSize(pill);
    const QRectF box(center - QPointF(size.width() / 2, size.height() / 2), size);
    painter.setPen(QPen(pill.accent ? theme.accent : pill.warn ? theme.warn : theme.line, 1));
    painter.setBrush(theme.canvas);
    painter.drawRoundedRect(box, 5, 5);
    painter.setFont(canvasFonts().monoSmall);
    const QColor rangeColor = pill.warn ? theme.warn : theme.text2;
    if (!pill.oneLine) {
        QRectF line(box.left(), box.top() + 2.5, box.width(), kLine);
        painter.setPen(theme.text);
        painter.drawText(line, Qt::AlignCenter, pill.shape);
        painter.setPen(rangeColor);
        painter.drawText(line.translated(0, kLine), Qt::AlignCenter, pill.range);
        return;
    }
    const double space = widthOf(painter.font(), " ");
    QRectF rest = box.adjusted(6, 0, 0, 0);
    const auto write = [&](const QString& text, const QColor& color, double gap) {
        if (text.isEmpty())
            return;
        rest.setLeft(rest.left() + gap);
        painter.setPen(color);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, text);
        rest.setLeft(rest.left() + widthOf(painter.font(), text));
    };
    write(pill.shape, theme.text, 0);
    write(pill.range, pill.warn ? theme.warn : theme.text, space);
    if (!pill.extra.isEmpty())
        write(QStringLiteral("|"), theme.text3, space);
    write(pill.extra, theme.ok, space);
}

} // namespace lb::canvas
