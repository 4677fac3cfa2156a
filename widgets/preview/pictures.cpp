#include "widgets/preview/pictures.h"

#include "widgets/theme/theme.h"

namespace lb {
namespace {

Rgb rgbOf(const QColor& color)
{
    return {static_cast<std::uint8_t>(color.red()), static_cast<std::uint8_t>(color.green()),
            static_cast<std::uint8_t>(color.blue())};
}

} // namespace

QImage imageOf(const Picture& picture)
{
    if (picture.rgb.empty())
        return {};
    const QImage view(picture.rgb.data(), picture.width, picture.height, 3 * picture.width,
                      QImage::Format_RGB888);
    return view.convertToFormat(QImage::Format_RGB32); // owns its pixels, fast to paint
}

PictureOptions pictureOptions(int maxSide)
{
    const Theme& theme = currentTheme();
    return {maxSide, rgbOf(theme.field), rgbOf(theme.port.vector), rgbOf(theme.group.layer)};
}

} // namespace lb
