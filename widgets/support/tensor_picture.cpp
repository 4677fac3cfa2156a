#include "widgets/support/tensor_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

struct Extent {
    int height = 0, width = 0, channels = 0;
    bool ok() const { return height > 0 && width > 0 && channels > 0 && channels != 2 && channels < 5; }
};

Extent extentOf(const Shape& shape)
{
    const std::size_t skip = shape.size() == 4 && shape[0] == 1 ? 1 : 0;
    if (shape.size() != 3 + skip)
        return {};
    constexpr std::int64_t kMost = 32'768;
    if (shape[skip] > kMost || shape[skip + 1] > kMost || shape[skip + 2] > 4)
        return {};
    return {static_cast<int>(shape[skip]), static_cast<int>(shape[skip + 1]),
            static_cast<int>(shape[skip + 2])};
}

template <typename Byte> QImage painted(const Extent& extent, Byte&& byte)
{
    QImage result(extent.width, extent.height, QImage::Format_RGB32);
    std::size_t at = 0;
    const auto channels = static_cast<std::size_t>(extent.channels);
    for (int y = 0; y < extent.height; ++y) {
        auto* row = reinterpret_cast<QRgb*>(result.scanLine(y));
        for (int x = 0; x < extent.width; ++x, at += channels) {
            const int red = byte(at);
            const int green = channels > 2 ? byte(at + 1) : red;
            const int blue = channels > 2 ? byte(at + 2) : red;
            row[x] = red < 0 || green < 0 || blue < 0 ? qRgb(255, 0, 255) : qRgb(red, green, blue);
        }
    }
    return result;
}

template <typename T> QImage mapped(const Tensor& image, const Extent& extent, ValueRange range)
{
    const std::span<const T> values = image.values<T>();
    if (!range.known()) {
        range.least = std::numeric_limits<double>::infinity();
        range.most = -range.least;
        for (const T value : values)
            if (std::isfinite(static_cast<double>(value))) {
                range.least = std::min(range.least, static_cast<double>(value));
                range.most = std::max(range.most, static_cast<double>(value));
            }
    }
    const double scale = range.most > range.least ? 255 / (range.most - range.least) : 0;
    return painted(extent, [&](std::size_t i) {
        const double value = static_cast<double>(values[i]);
        if (std::isnan(value))
            return -1;
        return static_cast<int>(std::clamp((value - range.least) * scale, 0.0, 255.0) + 0.5);
    });
}

} // namespace

QImage pictureOf(const Tensor& image, const ValueRange& range)
{
    const Extent extent = extentOf(image.shape());
    if (!extent.ok())
        return {};
    switch (image.dtype()) {
    case DType::UInt8: {
        const auto bytes = image.values<std::uint8_t>();
        return painted(extent, [&](std::size_t i) { return static_cast<int>(bytes[i]); });
    }
    case DType::Float16:
        return mapped<Float16>(image, extent, range);
    case DType::BFloat16:
        return mapped<BFloat16>(image, extent, range);
    case DType::Float32:
        return mapped<float>(image, extent, range);
    case DType::Float64:
        return mapped<double>(image, extent, range);
    default:
        return {};
    }
}

QImage waveOf(const Tensor& sound, const QSize& size)
{
    const Shape& shape = sound.shape();
    const std::size_t skip = shape.size() > 1 && shape[0] == 1 ? 1 : 0;
    if (sound.dtype() != DType::Float32 || shape.size() < 1 + skip || shape.size() > 2 + skip
        || elementCount(shape) == 0 || size.isEmpty())
        return {};
    const auto samples = sound.values<float>();
    const auto channels
        = static_cast<std::size_t>(shape.size() == 2 + skip ? shape.back() : std::int64_t{1});
    const std::size_t count = samples.size() / channels;
    float most = 1;
    for (const float sample : samples)
        if (std::isfinite(sample))
            most = std::max(most, std::abs(sample));
    constexpr QRgb kWave = qRgb(0x5B, 0x8D, 0xEF); // seen on light and on dark
    QImage result(size, QImage::Format_ARGB32_Premultiplied);
    result.fill(Qt::transparent);
    const auto columns = static_cast<std::size_t>(size.width());
    const float middle = static_cast<float>(size.height() - 1) / 2;
    for (std::size_t x = 0; x < columns; ++x) {
        const std::size_t first = x * count / columns;
        const std::size_t last = std::max(first + 1, (x + 1) * count / columns);
        const auto part = samples.subspan(first * channels, (last - first) * channels);
        const auto [low, high] = std::ranges::minmax(part);
        if (!std::isfinite(low) || !std::isfinite(high))
            continue;
        const int top = static_cast<int>(std::lround(middle - high / most * middle));
        const int bottom = static_cast<int>(std::lround(middle - low / most * middle));
        for (int y = top; y <= bottom; ++y)
            result.setPixel(static_cast<int>(x), y, kWave);
    }
    return result;
}

QImage fitted(const QImage& picture, const QSize& box)
{
    if (picture.isNull() || box.isEmpty())
        return {};
    const bool small = picture.width() * 2 <= box.width() && picture.height() * 2 <= box.height();
    return picture.scaled(box, Qt::KeepAspectRatio,
                          small ? Qt::FastTransformation : Qt::SmoothTransformation);
}

} // namespace lb
