#include "core/preview/picture.h"

#include "core/kernels/resize.h"
#include "core/tensor/dispatch.h"

#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr Rgb kNotFinite{255, 0, 200};
constexpr std::int64_t kMostBars = 48;
constexpr int kBarsWidth = 244, kBarsHeight = 120; // twice a node's thumbnail

std::vector<float> floatsOf(const Tensor& tensor)
{
    std::vector<float> result(static_cast<std::size_t>(elementCount(tensor.shape())));
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        std::ranges::transform(tensor.values<Number>(), result.begin(),
                               [](Number x) { return static_cast<float>(x); });
    });
    return result;
}

std::uint8_t byteOf(double part)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(part, 0.0, 1.0) * 255));
}

/// Writes into a picture; nothing outside of it.
class Canvas {
public:
    Canvas(int width, int height, Rgb background)
    {
        m_picture.width = width;
        m_picture.height = height;
        m_picture.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)
                             * 3);
        for (std::size_t i = 0; i < m_picture.rgb.size(); ++i)
            m_picture.rgb[i] = background[i % 3];
    }
    void set(int x, int y, Rgb color)
    {
        const std::size_t at
            = (static_cast<std::size_t>(y) * static_cast<std::size_t>(m_picture.width)
               + static_cast<std::size_t>(x))
            * 3;
        std::ranges::copy(color, m_picture.rgb.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void fill(int left, int top, int right, int bottom, Rgb color)
    {
        for (int y = std::max(top, 0); y < std::min(bottom, m_picture.height); ++y)
            for (int x = std::max(left, 0); x < std::min(right, m_picture.width); ++x)
                set(x, y, color);
    }
    Picture take() { return std::move(m_picture); }

private:
    Picture m_picture;
};

struct Plane {
    std::int64_t height = 0, width = 0, channels = 1;
    std::vector<float> values;
    float at(std::int64_t y, std::int64_t x, std::int64_t c) const
    {
        return values[static_cast<std::size_t>((y * width + x) * channels + c)];
    }
};

Plane averaged(Plane plane, std::int64_t height, std::int64_t width)
{
    if (height == plane.height && width == plane.width)
        return plane;
    const auto rows = kernels::tapsOf(kernels::Interpolation::Bilinear, true, plane.height, height);
    const auto columns
        = kernels::tapsOf(kernels::Interpolation::Bilinear, true, plane.width, width);
    Plane result{height, width, plane.channels, {}};
    result.values.resize(static_cast<std::size_t>(height * width * plane.channels));
    kernels::resize(plane.values.data(), plane.width, plane.channels, rows, columns,
                    result.values.data());
    return result;
}

/// No larger than `side`, in the same proportions.
Plane within(Plane plane, std::int64_t side)
{
    const std::int64_t longest = std::max(plane.height, plane.width);
    if (longest <= side)
        return plane;
    const auto scaled = [&](std::int64_t length) {
        return std::max<std::int64_t>(1, (length * side + longest / 2) / longest);
    };
    const std::int64_t height = scaled(plane.height);
    const std::int64_t width = scaled(plane.width);
    return averaged(std::move(plane), height, width);
}

Plane planeOf(const Tensor& value)
{
    const Shape& shape = value.shape();
    return {shape[0], shape[1], shape.size() > 2 ? shape[2] : 1, floatsOf(value)};
}

/// Rows become columns, or the last row the first one.
Plane rearranged(const Plane& plane, bool transpose, bool upsideDown)
{
    Plane result{transpose ? plane.width : plane.height, transpose ? plane.height : plane.width,
                 plane.channels, {}};
    result.values.reserve(plane.values.size());
    for (std::int64_t y = 0; y < result.height; ++y)
        for (std::int64_t x = 0; x < result.width; ++x)
            for (std::int64_t c = 0; c < plane.channels; ++c) {
                const std::int64_t row = upsideDown ? result.height - 1 - y : y;
                result.values.push_back(transpose ? plane.at(x, row, c) : plane.at(row, x, c));
            }
    return result;
}

/// As it is to be seen: first axis down, second one to the right.
Plane seenPlane(const Tensor& value, PictureAxes axes)
{
    return axes == PictureAxes::AsTheyLie
        ? planeOf(value)
        : rearranged(planeOf(value), axes == PictureAxes::TimeFirst, true);
}

Picture imageOf(const Tensor& value, const ValueRange& range, const PictureOptions& options)
{
    const Plane plane = within(seenPlane(value, options.axes), options.maxSide);
    Canvas canvas(static_cast<int>(plane.width), static_cast<int>(plane.height),
                  options.background);
    const double scale = 1 / (range.most - range.least);
    for (std::int64_t y = 0; y < plane.height; ++y)
        for (std::int64_t x = 0; x < plane.width; ++x) {
            Rgb color{};
            for (std::size_t c = 0; c < 3; ++c) {
                const float number
                    = plane.at(y, x, plane.channels == 3 ? static_cast<std::int64_t>(c) : 0);
                if (!std::isfinite(number)) {
                    color = kNotFinite;
                    break;
                }
                color[c] = byteOf((static_cast<double>(number) - range.least) * scale);
            }
            canvas.set(static_cast<int>(x), static_cast<int>(y), color);
        }
    return canvas.take();
}

Picture tilesOf(const Tensor& value, const ValueRange& range, const PictureOptions& options)
{
    const std::int64_t channels = value.shape()[2];
    const int shown = channels >= 32 ? 32 : channels >= 8 ? 8 : 2;
    const int across = shown == 32 ? 8 : shown == 8 ? 4 : 2;
    const int down = shown / across;
    const Plane plane = within(seenPlane(value, options.axes), 128 / down); // small enough for a thumbnail
    const int zoom
        = std::max(1, static_cast<int>(60 / down / std::max<std::int64_t>(plane.height, 1)));
    const int height = static_cast<int>(plane.height) * zoom;
    const int width = static_cast<int>(plane.width) * zoom;
    Canvas canvas(across * (width + 1) - 1, down * (height + 1) - 1, options.background);
    const double scale = 1 / (range.most - range.least);
    for (int tile = 0; tile < std::min<std::int64_t>(shown, channels); ++tile) {
        const int left = tile % across * (width + 1);
        const int top = tile / across * (height + 1);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const float number = plane.at(y / zoom, x / zoom, tile);
                canvas.set(left + x, top + y,
                           std::isfinite(number)
                               ? viridis((static_cast<double>(number) - range.least) * scale)
                               : kNotFinite);
            }
    }
    return canvas.take();
}

Picture barsOf(const Tensor& value, const PictureOptions& options)
{
    const std::vector<float> values = floatsOf(value);
    const auto count = static_cast<int>(values.size());
    double least = 0, most = 0;
    std::size_t strongest = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i])) {
            least = std::min(least, static_cast<double>(values[i]));
            most = std::max(most, static_cast<double>(values[i]));
            if (!(values[i] <= values[strongest]))
                strongest = i;
        }
    const double span = most > least ? most - least : 1;
    Canvas canvas(kBarsWidth, kBarsHeight, options.background);
    constexpr int kTop = 28, kBottom = kBarsHeight - 8; // room for the label of the largest
    const auto yOf = [&](double number) {
        return kBottom - static_cast<int>(std::lround((number - least) / span * (kBottom - kTop)));
    };
    const int pitch = std::max(2, (kBarsWidth - 16) / std::max(count, 1));
    const int gap = pitch > 6 ? pitch / 4 : 1;
    const int left = (kBarsWidth - pitch * count + gap) / 2;
    for (int i = 0; i < count; ++i) {
        const float number = values[static_cast<std::size_t>(i)];
        const int x = left + i * pitch;
        if (!std::isfinite(number)) {
            canvas.fill(x, kTop, x + pitch - gap, kBottom, kNotFinite);
            continue;
        }
        const int y = yOf(static_cast<double>(number));
        const int zero = yOf(0);
        canvas.fill(x, std::min(y, zero - 1), x + pitch - gap, std::max(y, zero + 1),
                    static_cast<std::size_t>(i) == strongest ? options.strongest : options.bar);
    }
    return canvas.take();
}

Rgb mixed(Rgb from, Rgb to, double part)
{
    Rgb color{};
    for (std::size_t c = 0; c < 3; ++c)
        color[c] = static_cast<std::uint8_t>(std::lround(from[c] + (to[c] - from[c]) * part));
    return color;
}

Picture cellsOf(const Tensor& value, const ValueRange& range, const PictureOptions& options)
{
    const std::vector<float> values = floatsOf(value);
    const auto count = static_cast<int>(std::min<std::size_t>(values.size(), 2'048));
    const int across = std::max(1, static_cast<int>(std::ceil(std::sqrt(2.0 * count))));
    const int down = (count + across - 1) / across;
    const int side = std::max(2, kBarsWidth / across);
    const int gap = side > 4 ? 2 : side > 2 ? 1 : 0;
    Canvas canvas(across * side - gap, down * side - gap, options.background);
    const double scale = 1 / (range.most - range.least);
    for (int i = 0; i < count; ++i) {
        const float number = values[static_cast<std::size_t>(i)];
        Rgb color = kNotFinite;
        if (std::isfinite(number)) {
            const double part
                = std::clamp((static_cast<double>(number) - range.least) * scale, 0.0, 1.0);
            color = mixed(options.background, options.strongest, part);
        }
        const int x = i % across * side;
        const int y = i / across * side;
        canvas.fill(x, y, x + side - gap, y + side - gap, color);
    }
    return canvas.take();
}

/// Red below zero, blue above, the background at it. Source: ColorBrewer RdBu's ends.
Rgb diverging(double part, Rgb zero)
{
    constexpr Rgb kBelow{214, 96, 77}, kAbove{67, 147, 195};
    return mixed(zero, part < 0 ? kBelow : kAbove, std::min(std::abs(part), 1.0));
}

/// Steps run to the right, features down. Cells have gaps where they are large enough for it.
Picture matrixOf(const Tensor& value, const ValueRange& range, const PictureOptions& options)
{
    const Plane all = options.axes == PictureAxes::AsTheyLie
        ? planeOf(value)
        : rearranged(seenPlane(value, options.axes), true, false); // steps first
    const Plane plane = averaged(all, std::min<std::int64_t>(all.height, kBarsWidth),
                                 std::min<std::int64_t>(all.width, kBarsHeight));
    const auto across = static_cast<int>(plane.height);
    const auto down = static_cast<int>(plane.width);
    const int wide = std::clamp(kBarsWidth / across, 1, kBarsHeight / 2);
    const int high = std::clamp(kBarsHeight / down, 1, kBarsHeight / 2);
    const int gap = wide > 4 && high > 4 ? 1 : 0;
    Canvas canvas(across * wide - gap, down * high - gap, options.background);
    // zero is no middle of decibels and logarithms: the loudest is the brightest
    const bool signs = range.least < 0 && options.axes == PictureAxes::AsTheyLie;
    const double most = std::max(std::abs(range.least), std::abs(range.most));
    for (int x = 0; x < across; ++x)
        for (int y = 0; y < down; ++y) {
            const double number = static_cast<double>(plane.at(x, y, 0));
            const Rgb color = !std::isfinite(number) ? kNotFinite
                : signs ? diverging(number / most, options.background)
                        : viridis((number - range.least) / (range.most - range.least));
            canvas.fill(x * wide, y * high, x * wide + wide - gap, y * high + high - gap, color);
        }
    return canvas.take();
}

constexpr std::int64_t kLeastWave = 1'024; ///< steps; fewer numbers are cells of a matrix

bool isWave(const Tensor& value, const PictureOptions& options)
{
    const Shape& shape = value.shape();
    return options.axes == PictureAxes::AsTheyLie && isFloating(value.dtype()) && shape.size() == 2
        && shape[1] == 1 && shape[0] >= kLeastWave;
}

/// A sound of one channel: from the least to the largest sample of each column, around zero.
Picture waveIn(const Tensor& value, const PictureOptions& options)
{
    const std::vector<float> samples = floatsOf(value);
    double most = 1; // of sounds in -1..1; loud ones shrink
    for (const float sample : samples)
        if (std::isfinite(sample))
            most = std::max(most, static_cast<double>(std::abs(sample)));
    Canvas canvas(kBarsWidth, kBarsHeight, options.background);
    const auto yOf = [&](float sample) {
        return static_cast<int>(
            std::lround((1 - static_cast<double>(sample) / most) * (kBarsHeight - 1) / 2));
    };
    constexpr auto kColumns = static_cast<std::size_t>(kBarsWidth);
    for (std::size_t x = 0; x < kColumns; ++x) {
        const auto from = samples.begin() + static_cast<std::ptrdiff_t>(x * samples.size() / kColumns);
        const auto to
            = samples.begin() + static_cast<std::ptrdiff_t>((x + 1) * samples.size() / kColumns);
        const int left = static_cast<int>(x);
        if (!std::all_of(from, to, [](float sample) { return std::isfinite(sample); })) {
            canvas.fill(left, 0, left + 1, kBarsHeight, kNotFinite);
            continue;
        }
        const auto [least, largest] = std::minmax_element(from, to);
        canvas.fill(left, yOf(*largest), left + 1, yOf(*least) + 1, options.bar);
    }
    return canvas.take();
}

ValueRange seenIn(const Tensor& value)
{
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    dispatch(value.dtype(), [&]<typename Number>(Number) {
        for (const Number number : value.values<Number>())
            if (const auto x = static_cast<double>(number); std::isfinite(x)) {
                least = std::min(least, x);
                most = std::max(most, x);
            }
    });
    return least <= most ? ValueRange::declared(least, most) : ValueRange::declared(0, 1);
}

} // namespace

PictureKind pictureKindOf(const Shape& shape)
{
    if (elementCount(shape) <= 0 || shape.size() > 3)
        return PictureKind::Nothing;
    if (shape.size() < 2)
        return elementCount(shape) <= kMostBars ? PictureKind::Bars : PictureKind::Cells;
    if (shape.size() == 2)
        return PictureKind::Matrix;
    if (shape[2] == 1 || shape[2] == 3)
        return PictureKind::Image;
    // a map of one pixel is a vector in disguise
    return shape[0] * shape[1] == 1 ? PictureKind::Cells : PictureKind::FeatureMaps;
}

ValueRange shownRange(const Tensor& value, const ValueRange& known)
{
    const bool image = pictureKindOf(value.shape()) == PictureKind::Image;
    const auto usual = [](const ValueRange& range) {
        return (range.least == 0 && (range.most == 1 || range.most == 255))
            || (range.least < 0 && range.least == -range.most);
    };
    if (image && known.known() && usual(known))
        return known;
    // colours that a layer drove below black, as RandomSaturation does: still such an image
    if (image && known.known() && known.least < 0 && (known.most == 1 || known.most == 255))
        return ValueRange::declared(0, known.most);
    if (image && value.dtype() == DType::UInt8)
        return ValueRange::declared(0, 255);
    ValueRange seen = seenIn(value);
    if (image && seen.least >= 0)
        seen = seen.most <= 1  ? ValueRange::declared(0, 1)
            : seen.most <= 255 ? ValueRange::declared(0, 255)
                               : ValueRange::declared(0, seen.most);
    else if (image)
        seen = ValueRange::declared(-std::max(-seen.least, std::abs(seen.most)),
                                    std::max(-seen.least, std::abs(seen.most)));
    if (!(seen.most > seen.least))
        seen.most = seen.least + 1;
    return seen;
}

Rgb viridis(double value)
{
    static constexpr std::array<Rgb, 17> kColors{{{68, 1, 84},
                                                  {72, 20, 103},
                                                  {72, 38, 119},
                                                  {69, 55, 129},
                                                  {63, 71, 136},
                                                  {57, 85, 140},
                                                  {50, 100, 142},
                                                  {45, 113, 142},
                                                  {40, 125, 142},
                                                  {35, 138, 141},
                                                  {31, 150, 139},
                                                  {32, 163, 134},
                                                  {41, 175, 127},
                                                  {74, 193, 109},
                                                  {115, 208, 86},
                                                  {173, 220, 48},
                                                  {253, 231, 37}}};
    const double at = std::clamp(value, 0.0, 1.0) * (kColors.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(at), kColors.size() - 2);
    const double part = at - static_cast<double>(index);
    return mixed(kColors[index], kColors[index + 1], part);
}

Picture pictureOf(const Tensor& value, const ValueRange& known, const PictureOptions& options)
{
    const PictureKind kind = pictureKindOf(value.shape());
    if (kind == PictureKind::Nothing)
        return {};
    if (kind == PictureKind::Bars)
        return barsOf(value, options);
    if (isWave(value, options))
        return waveIn(value, options);
    const ValueRange range = shownRange(value, known);
    if (kind == PictureKind::FeatureMaps)
        return tilesOf(value, range, options);
    if (kind == PictureKind::Matrix)
        return matrixOf(value, range, options);
    if (kind == PictureKind::Cells)
        return cellsOf(value, range, options);
    return imageOf(value, range, options);
}

Tensor resizedImage(const Tensor& image, std::int64_t height, std::int64_t width)
{
    const Shape& shape = image.shape();
    if (shape.size() != 3 || elementCount(shape) == 0)
        return image;
    const Plane plane = averaged(planeOf(image), height, width);
    return dispatch(image.dtype(), [&]<typename Number>(Number) {
        return Tensor::make<Number>({height, width, shape[2]}, [&](std::span<Number> out) {
            std::ranges::transform(plane.values, out.begin(), [](float x) {
                if constexpr (std::is_integral_v<Number>)
                    return static_cast<Number>(std::lround(x));
                else
                    return static_cast<Number>(x);
            });
        });
    });
}

} // namespace lb
