#include "core/preview/annotated_picture.h"

#include "core/tensor/dispatch.h"

#include <cmath>

namespace lb {
namespace {

constexpr double kTint = 0.5;

std::vector<double> asDoubles(const Tensor& tensor)
{
    std::vector<double> result(static_cast<std::size_t>(elementCount(tensor.shape())));
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        std::ranges::transform(tensor.values<Number>(), result.begin(),
                               [](Number x) { return static_cast<double>(x); });
    });
    return result;
}

/// Where pixel `index` of `count` lies among `from`.
std::size_t nearest(std::int64_t index, std::int64_t count, std::int64_t from)
{
    return static_cast<std::size_t>(std::min((2 * index + 1) * from / (2 * count), from - 1));
}

void tint(Picture& picture, const Tensor& mask)
{
    const Shape& shape = mask.shape();
    if (shape.size() != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1)
        return;
    const std::vector<double> classes = asDoubles(mask);
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const std::size_t pixel = nearest(y, picture.height, shape[0])
                    * static_cast<std::size_t>(shape[1])
                + nearest(x, picture.width, shape[1]);
            const double label = classes[pixel * static_cast<std::size_t>(shape[2])];
            if (!(label > 0) || label > 1e9)
                continue;
            const Rgb color = classColor(std::llround(label));
            const std::size_t at = (static_cast<std::size_t>(y)
                                        * static_cast<std::size_t>(picture.width)
                                    + static_cast<std::size_t>(x))
                * 3;
            for (std::size_t c = 0; c < 3; ++c)
                picture.rgb[at + c] = static_cast<std::uint8_t>(std::lround(
                    kTint * color[c] + (1 - kTint) * picture.rgb[at + c]));
        }
}

} // namespace

Rgb classColor(std::int64_t label)
{
    constexpr std::array<Rgb, 8> colors{{{88, 178, 232},
                                         {255, 176, 59},
                                         {94, 201, 127},
                                         {240, 98, 112},
                                         {178, 132, 255},
                                         {240, 228, 66},
                                         {64, 214, 205},
                                         {255, 138, 199}}};
    return colors[static_cast<std::size_t>(label) % colors.size()];
}

void annotate(Picture& picture, const ImageAnnotations& annotations, const Shape& image,
              std::span<const std::string> names)
{
    if (picture.rgb.empty() || pictureKindOf(image) != PictureKind::Image || image.size() != 3
        || image[0] < 1 || image[1] < 1)
        return;
    if (annotations.mask)
        tint(picture, *annotations.mask);
    if (!annotations.boxes || !annotations.labels)
        return;
    const std::vector<double> boxes = asDoubles(*annotations.boxes);
    const std::vector<double> labels = asDoubles(*annotations.labels);
    const auto height = static_cast<double>(image[0]);
    const auto width = static_cast<double>(image[1]);
    for (std::size_t i = 0; i < labels.size() && 4 * i + 3 < boxes.size(); ++i) {
        const double* box = boxes.data() + 4 * i;
        const bool finite = std::ranges::all_of(std::span(box, 4), [](double x) {
            return std::isfinite(x);
        });
        if (!finite || !(labels[i] >= 0) || labels[i] > 1e9 || box[2] <= box[0]
            || box[3] <= box[1])
            continue;
        const std::int64_t label = std::llround(labels[i]);
        picture.boxes.push_back({box[0] / width, box[1] / height, box[2] / width, box[3] / height,
                                 classColor(label),
                                 label < std::ssize(names)
                                     ? names[static_cast<std::size_t>(label)]
                                     : std::string()});
    }
}

void drawFrames(Picture& picture)
{
    const auto set = [&](int x, int y, const Rgb& color) {
        const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width)
                                + static_cast<std::size_t>(x))
            * 3;
        std::ranges::copy(color, picture.rgb.begin() + static_cast<std::ptrdiff_t>(at));
    };
    const auto pixel = [](double part, int count) {
        return static_cast<int>(
            std::clamp(part * count, 0.0, static_cast<double>(std::max(count - 1, 0))));
    };
    for (const PictureBox& box : picture.boxes) {
        const int left = pixel(box.left, picture.width), right = pixel(box.right, picture.width);
        const int top = pixel(box.top, picture.height), bottom = pixel(box.bottom, picture.height);
        for (int x = left; x <= right; ++x)
            for (const int y : {top, bottom})
                set(x, y, box.color);
        for (int y = top; y <= bottom; ++y)
            for (const int x : {left, right})
                set(x, y, box.color);
    }
}

ImageAnnotations resizedAnnotations(const ImageAnnotations& annotations, const Shape& from,
                                    std::int64_t height, std::int64_t width)
{
    ImageAnnotations result = annotations;
    if (annotations.mask) {
        const Shape& shape = annotations.mask->shape();
        dispatch(annotations.mask->dtype(), [&]<typename Number>(Number) {
            const auto values = annotations.mask->values<Number>();
            result.mask = Tensor::make<Number>({height, width, 1}, [&](std::span<Number> out) {
                for (std::int64_t y = 0; y < height; ++y)
                    for (std::int64_t x = 0; x < width; ++x)
                        out[static_cast<std::size_t>(y * width + x)]
                            = values[nearest(y, height, shape[0])
                                         * static_cast<std::size_t>(shape[1])
                                     + nearest(x, width, shape[1])];
            });
        });
    }
    if (annotations.boxes) {
        const std::vector<double> boxes = asDoubles(*annotations.boxes);
        result.boxes = Tensor::make<float>(annotations.boxes->shape(), [&](std::span<float> out) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                const auto [to, was] = i % 2 ? std::pair(height, from[0])
                                             : std::pair(width, from[1]);
                out[i] = static_cast<float>(boxes[i] * static_cast<double>(to)
                                            / static_cast<double>(was));
            }
        });
    }
    return result;
}

} // namespace lb
