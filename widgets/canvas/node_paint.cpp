#include "widgets/canvas/canvas_text.h"
#include "widgets/canvas/node_item.h"
#include "widgets/canvas/words.h"
#include "widgets/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace lb::canvas {
namespace {

constexpr double kFaceInset = 7;
constexpr double kParamTop = 92, kParamRow = 18;
constexpr double kFaceRadius = 8;

double stroke(double scale) // a hairline stays visible when the canvas is far away
{
    return std::max(1.0, 0.8 / scale);
}

} // namespace

struct NodeItem::Style {
    QColor group;
    Detail detail = Detail::Full;
    double scale = 1;
    bool identity = false;
};

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    painter->setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    Style style;
    style.scale = option->levelOfDetailFromTransform(painter->worldTransform());
    style.detail = detailAt(style.scale);
    style.group = m_face.composite ? currentTheme().group.layer
                                   : layerColor(m_face.kerasClass, m_face.family);
    style.identity = isIdentity();
    const double opacity = painter->opacity();
    if (m_face.muted)
        painter->setOpacity(opacity * 0.4);
    else if (m_face.fades && m_look.phase == Phase::Inference)
        painter->setOpacity(opacity * 0.5);
    paintBody(*painter, style);
    paintHeader(*painter, style);
    if (style.detail == Detail::HeaderOnly) {
        paintFar(*painter, style);
    } else if (m_face.collapsed) {
        paintFooter(*painter, style, false);
    } else {
        const double bottom = style.detail == Detail::Full ? 88 : kNodeHeight - kFooter - 4;
        const QRectF box(kFaceInset, kHeader, m_geometry.size.width() - 2 * kFaceInset, bottom - kHeader);
        paintThumbnail(*painter, box);
        if (style.detail == Detail::Full)
            paintParams(*painter);
        paintPortNames(*painter);
        paintFooter(*painter, style, true);
    }
    if (style.detail == Detail::Full && !m_face.footnote.isEmpty()) {
        painter->setFont(canvasFonts().chip);
        painter->setPen(currentTheme().text3);
        painter->drawText(QRectF(2, m_geometry.size.height() + 2, m_geometry.size.width(), 14),
                          Qt::AlignVCenter | Qt::AlignLeft, m_face.footnote);
    }
    painter->setOpacity(opacity);
    paintRings(*painter);
    if (style.detail != Detail::HeaderOnly)
        paintPorts(*painter);
}

void NodeItem::paintBody(QPainter& painter, const Style& style) const
{
    const Theme& theme = currentTheme();
    const QRectF body(QPointF(), m_geometry.size);
    if (m_face.composite && !style.identity) // what lies below peeks out
        for (const double up : {kPlates, kPlates / 2}) {
            painter.setPen(QPen(theme.line2, 1));
            painter.setBrush(theme.raised);
            painter.drawRoundedRect(QRectF(up * 1.5, -up, body.width() - up * 3, 24), 6, 6);
        }
    QPen border(theme.line2, stroke(style.scale));
    if (m_face.alarm != Tone::Neutral)
        border = QPen(toneColor(m_face.alarm), 1.5 * stroke(style.scale));
    if (style.identity)
        border = QPen(theme.trainOnly, 1.5, Qt::CustomDashLine, Qt::FlatCap),
        border.setDashPattern({2.4, 2.0});
    painter.setPen(border);
    painter.setBrush(style.identity ? QColor(theme.canvas) : theme.raised);
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), kFaceRadius, kFaceRadius);
}

void NodeItem::paintHeader(QPainter& painter, const Style& style) const
{
    const Theme& theme = currentTheme();
    paintTile(painter, {6, 5.5, 18, 18}, m_face.icon, style.group);
    painter.setFont(canvasFonts().title);
    painter.setPen(theme.text);
    painter.drawText(QRectF(30, 0, m_geometry.size.width() - 34, kHeader + 1),
                     Qt::AlignVCenter | Qt::AlignLeft, m_face.title);
    if (m_face.headerChip.isEmpty())
        return;
    painter.setFont(canvasFonts().chip);
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(m_face.headerChip) + 12;
    const QRectF chip(m_geometry.size.width() - width - 7, 6, width, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.hover);
    painter.drawRoundedRect(chip, 4, 4);
    painter.setPen(theme.text2);
    painter.drawText(chip, Qt::AlignCenter, m_face.headerChip);
}

void NodeItem::paintThumbnail(QPainter& painter, const QRectF& box) const
{
    const Theme& theme = currentTheme();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.isDark ? theme.field : theme.canvas);
    painter.drawRoundedRect(box, 4, 4);
    if (!m_look.thumbnails || m_picture.isNull() || !m_face.hasInput) {
        paintPlaceholder(painter, box, m_face);
        return;
    }
    if (m_fitted.isNull() || m_fitted.deviceIndependentSize() != box.size())
        m_fitted = fittedPicture(m_picture, box.size());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(box, m_fitted, QRectF(m_fitted.rect()));
}

void NodeItem::paintParams(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const CanvasFonts& fonts = canvasFonts();
    const bool portBeside = !isListed(m_face.inputs)
        && std::ranges::any_of(m_geometry.inputs,
                               [](QPointF port) { return port.y() > kParamTop; });
    const double left = kFaceInset + (portBeside ? 6 : 2);
    const double width = m_geometry.size.width() - left - kFaceInset - 2;
    double top = kParamTop;
    for (const NodeFace::Param& param : m_face.params) {
        const QRectF row(left, top, width, kParamRow);
        top += kParamRow;
        const QFontMetricsF names(fonts.hint);
        const QFontMetricsF values(fonts.mono);
        const QString value = values.elidedText(param.value, Qt::ElideRight, width - 24);
        const double rest = width - values.horizontalAdvance(value) - 6;
        painter.setFont(fonts.hint);
        painter.setPen(theme.text3);
        painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft,
                         names.elidedText(param.name, Qt::ElideRight, rest));
        painter.setFont(fonts.mono);
        painter.setPen(param.lint ? theme.warn : theme.text);
        painter.drawText(row, Qt::AlignVCenter | Qt::AlignRight, value);
    }
}

void NodeItem::paintFooter(QPainter& painter, const Style& style, bool line) const
{
    const Theme& theme = currentTheme();
    const QSizeF size = m_geometry.size;
    const QRectF row(0, size.height() - kFooter, size.width(), kFooter);
    if (line) {
        painter.setPen(QPen(theme.line, 1));
        painter.drawLine(QPointF(1, row.top() - 0.5), QPointF(size.width() - 1, row.top() - 0.5));
    }
    double taken = kFaceInset;
    const bool quiet = !m_face.chip || (style.identity && m_face.alarm == Tone::Neutral);
    if (style.identity && quiet) {
        taken += paintChip(painter, {kFaceInset, row.top() + 4},
                           {"bar", Words::tr("identity"), Tone::Neutral});
    } else if (m_face.chip) {
        taken += paintChip(painter, {kFaceInset, row.top() + 4}, *m_face.chip);
    }
    const double cost = style.identity ? 0 : m_cost;
    const QString costText = m_look.costs ? costLabel(m_face.hasInput ? cost : -1) : QString();
    painter.setFont(canvasFonts().monoSmall);
    painter.setPen(theme.text2);
    const double costWidth = QFontMetricsF(painter.font()).horizontalAdvance(costText);
    if (taken + costWidth + kFaceInset + 2 <= size.width()) // a chip goes before a time
        painter.drawText(row.adjusted(0, 0, -kFaceInset - 1, 0), Qt::AlignVCenter | Qt::AlignRight,
                         costText);
    if (taken > kFaceInset || m_face.fact.isEmpty())
        return;
    painter.setFont(canvasFonts().fact);
    painter.setPen(theme.text3);
    const QRectF factBox = row.adjusted(kFaceInset, 0, -costWidth - kFaceInset - 3, 0);
    painter.drawText(factBox, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetricsF(painter.font())
                         .elidedText(m_face.fact, Qt::ElideRight, factBox.width()));
}

/// From far away: the colour of the group and the icon of the state.
void NodeItem::paintFar(QPainter& painter, const Style& style) const
{
    const QSizeF size = m_geometry.size;
    const QRectF box(kFaceInset, kHeader, size.width() - 2 * kFaceInset, size.height() - kHeader - kFaceInset);
    painter.setPen(Qt::NoPen);
    painter.setBrush(withAlpha(style.group, 0.28));
    painter.drawRoundedRect(box, 6, 6);
    const double side = std::min(box.height() - 4, 44.0);
    if (m_face.chip && !style.identity)
        paintIcon(painter, {box.center().x() - side / 2, box.center().y() - side / 2, side, side},
                  m_face.chip->icon, toneColor(m_face.chip->tone));
    else
        paintIcon(painter, {box.center().x() - side / 2, box.center().y() - side / 2, side, side},
                  style.identity ? QStringLiteral("bar") : m_face.icon, style.group);
}

void NodeItem::paintRings(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const QRectF body(QPointF(), m_geometry.size);
    painter.setBrush(Qt::NoBrush);
    if (m_selected) {
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRoundedRect(body.adjusted(-1, -1, 1, 1), kFaceRadius + 1, kFaceRadius + 1);
    } else if (m_face.alarm != Tone::Neutral) {
        painter.setPen(QPen(withAlpha(toneColor(m_face.alarm), 0.55), 1));
        painter.drawRoundedRect(body.adjusted(-1, -1, 1, 1), kFaceRadius + 1, kFaceRadius + 1);
    }
    if (m_focused) {
        painter.setPen(QPen(theme.accent, 2, Qt::DashLine, Qt::FlatCap));
        painter.drawRoundedRect(body.adjusted(-5, -5, 5, 5), kFaceRadius + 5, kFaceRadius + 5);
    }
}

/// Beside the ports that stand in rows of their own.
void NodeItem::paintPortNames(QPainter& painter) const
{
    constexpr double kBesidePort = 12;
    const QFontMetricsF metrics(canvasFonts().hint);
    const bool both = isListed(m_face.inputs) && isListed(m_face.outputs);
    const double most = m_geometry.size.width() / (both ? 2 : 1) - 2 * kBesidePort + 4;
    painter.setFont(canvasFonts().hint);
    painter.setPen(currentTheme().text2);
    const auto names = [&](const std::vector<PortFace>& ports, const std::vector<QPointF>& places,
                           bool left) {
        if (!isListed(ports))
            return;
        for (std::size_t i = 0; i < ports.size(); ++i) {
            const QRectF row(left ? kBesidePort : places[i].x() - kBesidePort - most,
                             places[i].y() - kPortRow / 2, most, kPortRow);
            painter.drawText(row, Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight),
                             metrics.elidedText(ports[i].name, Qt::ElideRight, most));
        }
    };
    names(m_face.inputs, m_geometry.inputs, true);
    names(m_face.outputs, m_geometry.outputs, false);
}

void NodeItem::paintPorts(QPainter& painter) const
{
    for (std::size_t i = 0; i < m_face.inputs.size(); ++i)
        paintPort(painter, m_geometry.inputs[i], m_face.inputs[i], m_inputAnswers[i]);
    for (std::size_t i = 0; i < m_face.outputs.size(); ++i)
        paintPort(painter, m_geometry.outputs[i], m_face.outputs[i], m_outputAnswers[i]);
}

void NodeItem::paintPort(QPainter& painter, QPointF at, const PortFace& port,
                         PortAnswer answer) const
{
    const Theme& theme = currentTheme();
    const bool stepsBack = m_look.wiring && answer == PortAnswer::None;
    const QColor color = portColor(port.kind);
    painter.save();
    painter.translate(at);
    if (answer == PortAnswer::Refused || stepsBack)
        painter.setOpacity(painter.opacity() * 0.35);
    const QPainterPath shape = portShape(port.kind);
    painter.setPen(QPen(theme.lane, 4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(theme.lane);
    painter.drawPath(shape); // parts it from border and wire
    painter.setPen(QPen(color, port.connected ? 0 : 2));
    if (port.connected)
        painter.setPen(Qt::NoPen);
    painter.setBrush(port.connected ? color : theme.canvas);
    painter.drawPath(shape);
    painter.setBrush(Qt::NoBrush);
    if (answer == PortAnswer::Fits || answer == PortAnswer::Target) {
        painter.setPen(QPen(answer == PortAnswer::Target ? theme.accent : color, 2));
        painter.drawEllipse(QPointF(), answer == PortAnswer::Target ? 12 : 10,
                            answer == PortAnswer::Target ? 12 : 10);
    } else if (answer == PortAnswer::RefusedTarget) {
        painter.setPen(QPen(theme.error, 2));
        painter.drawEllipse(QPointF(), 14, 14);
    }
    painter.restore();
}

} // namespace lb::canvas
