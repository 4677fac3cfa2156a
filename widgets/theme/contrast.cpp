#include "widgets/theme/contrast.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

/// Of light, 0 to 1, as WCAG has it.
double luminance(const QColor& color)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF());
}

} // namespace

double contrastRatio(const QColor& text, const QColor& ground)
{
    const auto [dark, light] = std::minmax({luminance(text), luminance(ground)});
    return (light + 0.05) / (dark + 0.05);
}

QColor laidOver(const QColor& color, const QColor& ground)
{
    const double share = color.alphaF();
    const auto mixed = [share](int over, int under) {
        return static_cast<int>(std::lround(over * share + under * (1 - share)));
    };
    return {mixed(color.red(), ground.red()), mixed(color.green(), ground.green()),
            mixed(color.blue(), ground.blue())};
}

QColor inkOn(const QColor& ground)
{
    constexpr double kEnough = 4.5;
    const QColor white("#FFFFFF"), dark("#10141B");
    const QColor better = contrastRatio(white, ground) > contrastRatio(dark, ground) ? white : dark;
    return contrastRatio(better, ground) >= kEnough ? better : QColor("#000000");
}

} // namespace lb
