#include "widgets/preview/pictures.h"

#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

Rgb rgbOf(const QColor& color)
{
    return {static_cast<std::uint8_t>(color.red()), static_cast<std::uint8_t>(color.green()),
            static_cast<std::uint8_t>(color.blue())};
}

constexpr int kLeastSide = 288;

void paintBoxes(QImage& image, const std::vector<PictureBox>& boxes)
{
    const double side = std::max(image.width(), image.height());
    const double line = side / 80;
    QFont font = uiFont(FontRole::Base);
    font.setPixelSize(static_cast<int>(side / 14));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    for (const PictureBox& box : boxes) {
        const QColor color(box.color[0], box.color[1], box.color[2]);
        const QRectF place(QPointF(box.left * image.width(), box.top * image.height()),
                           QPointF(box.right * image.width(), box.bottom * image.height()));
        const QRectF frame = place.adjusted(line / 2, line / 2, -line / 2, -line / 2);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0, 0, 0, 150), line * 1.8));
        painter.drawRect(frame);
        painter.setPen(QPen(color, line));
        painter.drawRect(frame);
        const QString name = QString::fromStdString(box.name);
        const QRectF tag(place.topLeft(),
                         QSizeF(metrics.horizontalAdvance(name) + 4 * line, metrics.height()));
        if (name.isEmpty() || tag.width() > place.width() || tag.height() * 2 > place.height())
            continue;
        painter.fillRect(tag, color);
        painter.setPen(Qt::black);
        painter.drawText(tag, Qt::AlignCenter, name);
    }
}

} // namespace

QImage imageOf(const Picture& picture)
{
    if (picture.rgb.empty())
        return {};
    const QImage view(picture.rgb.data(), picture.width, picture.height, 3 * picture.width,
                      QImage::Format_RGB888);
    if (picture.boxes.empty())
        return view.convertToFormat(QImage::Format_RGB32); // owns its pixels, fast to paint
    // lines finer than the pixels of a small picture
    const int factor = std::max(1, kLeastSide / std::max(picture.width, picture.height));
    QImage image = view.scaled(picture.width * factor, picture.height * factor)
                       .convertToFormat(QImage::Format_RGB32);
    paintBoxes(image, picture.boxes);
    return image;
}

bool isSound(const PreviewSample& sample)
{
    constexpr std::int64_t kLeastSamples = 64; // fewer are numbers
    return sample.cells.size() == 1 && sample.cells.front().dtype() == DType::Float32
        && elementCount(sample.cells.front().shape()) >= kLeastSamples;
}

PictureOptions pictureOptions(int maxSide)
{
    const Theme& theme = currentTheme();
    return {maxSide, rgbOf(theme.field), rgbOf(theme.port.vector), rgbOf(theme.group.layer)};
}

} // namespace lb
