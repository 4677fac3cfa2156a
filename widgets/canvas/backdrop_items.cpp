#include "widgets/canvas/backdrop_items.h"

#include "widgets/canvas/words.h"
#include "widgets/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace lb::canvas {
namespace {

constexpr double kLaneZ = 0, kFrameZ = 1;
constexpr double kLaneHeader = 26, kFrameHeader = 24;

double width(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

} // namespace

LaneItem::LaneItem(Stage stage)
    : m_stage(stage)
{
    setZValue(kLaneZ);
}

void LaneItem::setLane(const QRectF& rect, bool empty)
{
    if (rect == m_rect && empty == m_empty)
        return;
    prepareGeometryChange();
    m_rect = rect;
    m_empty = empty;
    update();
}

void LaneItem::setNote(const QString& note)
{
    m_note = note;
    update();
}

void LaneItem::setTarget(bool target)
{
    if (m_target == target)
        return;
    m_target = target;
    update();
}

void LaneItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const Theme& theme = currentTheme();
    const CanvasFonts& fonts = canvasFonts();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    QPen border(m_target ? theme.accent : theme.laneLine, m_target ? 1.5 : 1);
    if (m_empty)
        border.setStyle(Qt::DashLine);
    painter->setPen(border);
    painter->setBrush(theme.lane);
    painter->drawRoundedRect(m_rect.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
    if (detailAt(option->levelOfDetailFromTransform(painter->worldTransform()))
        == Detail::HeaderOnly)
        return;
    const bool pipeline = m_stage == Stage::Pipeline;
    const QString name = pipeline ? Words::tr("Input pipeline") : Words::tr("Model");
    const QString where = m_empty ? Words::tr("drop layers here")
        : pipeline ? Words::tr("CPU workers, rebuilt every epoch")
                   : Words::tr("train thread, saved in the bundle");
    paintIcon(*painter, {m_rect.left() + 12, m_rect.top() + 6, 14, 14},
              pipeline ? "chip" : "layers", theme.text2);
    QRectF line(m_rect.left() + 34, m_rect.top(), m_rect.width() - 46, kLaneHeader);
    painter->setFont(fonts.title);
    painter->setPen(theme.text2);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, name);
    line.setLeft(line.left() + width(fonts.title, name) + 10);
    painter->setFont(fonts.hint);
    painter->setPen(theme.text3);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, where);
    line.setLeft(line.left() + width(fonts.hint, where) + 12);
    painter->setFont(fonts.mono);
    if (width(fonts.mono, m_note) < line.width())
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight, m_note);
}

FrameItem::FrameItem(const CanvasLook& look)
    : m_look(look)
{
    setZValue(kFrameZ);
}

void FrameItem::setFrame(const QRectF& rect, const QString& title, bool trainOnly)
{
    if (rect == m_rect && title == m_title && trainOnly == m_trainOnly)
        return;
    prepareGeometryChange();
    m_rect = rect;
    m_title = title;
    m_trainOnly = trainOnly;
    update();
}

QRectF FrameItem::titleRect() const
{
    return {m_rect.topLeft(), QSizeF(m_rect.width(), kFrameHeader)};
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*)
{
    const Theme& theme = currentTheme();
    const CanvasFonts& fonts = canvasFonts();
    const QColor color = m_trainOnly ? theme.trainOnly : theme.text3;
    painter->setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    QPen border(color, 1.25, Qt::SolidLine, Qt::FlatCap);
    if (m_trainOnly)
        border.setDashPattern({3.2, 2.2});
    painter->setPen(border);
    painter->setBrush(withAlpha(color, 0.05));
    painter->drawRoundedRect(m_rect.adjusted(0.75, 0.75, -0.75, -0.75), 10, 10);
    if (detailAt(option->levelOfDetailFromTransform(painter->worldTransform()))
        == Detail::HeaderOnly)
        return;
    paintIcon(*painter, {m_rect.left() + 11, m_rect.top() + 6, 14, 14},
              m_trainOnly ? "dice" : "frame", color);
    QRectF line(m_rect.left() + 33, m_rect.top(), m_rect.width() - 44, kFrameHeader + 2);
    painter->setFont(fonts.title);
    painter->setPen(color);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, m_title);
    line.setLeft(line.left() + width(fonts.title, m_title) + 8);
    if (!m_trainOnly)
        return;
    const QString chip = Words::tr("train only");
    const QRectF box(line.left(), m_rect.top() + 4, width(fonts.chip, chip) + 12, 18);
    if (box.right() > m_rect.right() - 8)
        return;
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.trainOnlyBg);
    painter->drawRoundedRect(box, 4, 4);
    painter->setFont(fonts.chip);
    painter->setPen(theme.trainOnly);
    painter->drawText(box, Qt::AlignCenter, chip);
    line.setLeft(box.right() + 12);
    const QString note = m_look.phase == Phase::Training ? Words::tr("identity at inference")
                                                         : Words::tr("skipped at inference");
    painter->setFont(fonts.hint);
    painter->setPen(theme.text3);
    if (width(fonts.hint, note) < line.width())
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight, note);
}

} // namespace lb::canvas
