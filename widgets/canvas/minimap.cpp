#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/canvas/overlays.h"
#include "widgets/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace lb::canvas {
namespace {

constexpr double kFooterHeight = 15, kInset = 5;

} // namespace

Minimap::Minimap(const CanvasScene& scene, QWidget* parent)
    : QWidget(parent)
    , m_scene(scene)
{
    setObjectName("overview");
    setFixedSize(sizeHint());
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Overview"));
    setToolTip(tr("Overview: click to go there"));
}

QSize Minimap::sizeHint() const
{
    return {128, 84};
}

void Minimap::setView(const QRectF& visible, double zoom)
{
    m_visible = visible;
    m_zoom = zoom;
    update();
}

QTransform Minimap::toMap() const
{
    const QRectF content = m_scene.contentRect();
    const QRectF box(kInset, kInset, width() - 2 * kInset, height() - kFooterHeight - 2 * kInset);
    if (content.isEmpty())
        return {};
    const double scale
        = std::min(box.width() / content.width(), box.height() / content.height());
    QTransform map;
    map.translate(box.center().x(), box.center().y());
    map.scale(scale, scale);
    map.translate(-content.center().x(), -content.center().y());
    return map;
}

void Minimap::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line2, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const QTransform map = toMap();
    painter.setPen(QPen(theme.laneLine, 1));
    painter.setBrush(theme.lane);
    if (!m_scene.nodes().empty())
        for (const QRectF& lane : {m_scene.lanes().pipeline, m_scene.lanes().model})
            painter.drawRoundedRect(map.mapRect(lane), 2, 2);
    painter.setPen(Qt::NoPen);
    for (const NodeItem* node : m_scene.nodes()) {
        const NodeFace& face = node->face();
        QColor color = face.composite ? theme.group.layer
                                      : layerColor(face.kerasClass, face.family);
        if (face.alarm != Tone::Neutral)
            color = toneColor(face.alarm);
        else if (node->selected())
            color = theme.accent;
        else
            color = withAlpha(color, 0.65);
        painter.setBrush(color);
        painter.drawRoundedRect(map.mapRect(node->bodyRect()), 1.5, 1.5);
    }
    const QRectF area(2.5, 2.5, width() - 5, height() - kFooterHeight - 3);
    const QRectF seen = map.mapRect(m_visible).intersected(area);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.text2, 1));
    painter.drawRoundedRect(seen, 2, 2);
    painter.setFont(uiFont(FontRole::MonoTiny));
    const QRectF footer(7, height() - kFooterHeight - 1, width() - 14, kFooterHeight);
    painter.drawText(footer, Qt::AlignVCenter | Qt::AlignLeft,
                     nodeCount(m_scene.nodes().size()));
    painter.drawText(footer, Qt::AlignVCenter | Qt::AlignRight,
                     tr("%1 %").arg(qRound(m_zoom * 100)));
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    if (!m_scene.nodes().empty())
        Q_EMIT centerRequested(toMap().inverted().map(event->position()));
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        mousePressEvent(event);
}

void Minimap::mouseReleaseEvent(QMouseEvent* event)
{
    event->accept(); // the canvas below must not take it for the end of its own press
}

} // namespace lb::canvas
