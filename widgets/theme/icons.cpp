#include "widgets/theme/theme.h"

#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

namespace lb {
namespace {

// Draws with the colour that the theme has when it is painted, so icons follow a switch.
class ThemedIconEngine : public QIconEngine {
public:
    ThemedIconEngine(QString name, Token token)
        : m_name(std::move(name))
        , m_token(token)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        paintIcon(*painter, rect, m_name, color(mode, state));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return tintedPixmap(m_name, color(mode, state), std::min(size.width(), size.height()), 1);
    }
    QIconEngine* clone() const override { return new ThemedIconEngine(*this); }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const
    {
        const Theme& theme = currentTheme();
        if (mode == QIcon::Disabled)
            return theme.line2;
        if (state == QIcon::On && m_token == &Theme::text2)
            return theme.text;
        return theme.*m_token;
    }

    QString m_name;
    Token m_token;
};

} // namespace

QIcon themedIcon(const QString& name, Token token)
{
    return QIcon(new ThemedIconEngine(name, token));
}

QPixmap tintedPixmap(const QString& name, const QColor& color, int side, qreal ratio)
{
    const int pixels = std::max(1, static_cast<int>(std::lround(side * ratio)));
    const QString key = QString("lb-icon/%1/%2/%3").arg(name).arg(color.rgba()).arg(pixels);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = QPixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        QSvgRenderer renderer(":/layerbench/icons/" + name + ".svg");
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
        if (name != "logo") {
            painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
            painter.fillRect(pixmap.rect(), color);
        }
        painter.end();
        QPixmapCache::insert(key, pixmap);
    }
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

void paintIcon(QPainter& painter, const QRectF& box, const QString& name, const QColor& color)
{
    const qreal scale
        = std::abs(painter.worldTransform().m11()) * painter.device()->devicePixelRatioF();
    const qreal side = std::min(box.width(), box.height());
    // Quarter steps keep the cache small while the canvas is zoomed.
    const qreal ratio = std::clamp(std::ceil(scale * 4) / 4, 0.25, 8.0);
    const QPixmap pixmap = tintedPixmap(name, color, static_cast<int>(std::lround(side)), ratio);
    const QRectF square(box.center().x() - side / 2, box.center().y() - side / 2, side, side);
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(square, pixmap, QRectF(pixmap.rect()));
    painter.restore();
}

void paintTile(QPainter& painter, const QRectF& box, const QString& name, const QColor& color)
{
    QColor behind = color;
    behind.setAlphaF(0.18F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(behind);
    painter.drawRoundedRect(box, 4, 4);
    const qreal inset = box.width() / 6;
    paintIcon(painter, box.adjusted(inset, inset, -inset, -inset), name, color);
    painter.restore();
}

} // namespace lb
