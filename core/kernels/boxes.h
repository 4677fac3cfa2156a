#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace lb::kernels {

/// How four numbers tell a box, by Keras' names. Relative ones are parts of the image's sides.
enum class BoxFormat : std::uint8_t {
    Xyxy,
    Yxyx,
    Xywh,
    CenterXywh,
    CenterYxhw,
    RelXyxy,
    RelYxyx,
    RelXywh,
    RelCenterXywh
};

constexpr auto kerasNames(BoxFormat)
{
    return std::to_array<std::string_view>({"xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw",
                                            "rel_xyxy", "rel_yxyx", "rel_xywh",
                                            "rel_center_xywh"});
}

constexpr bool isRelative(BoxFormat format)
{
    return format >= BoxFormat::RelXyxy;
}

/// The same order of numbers in pixels.
constexpr BoxFormat absoluteOf(BoxFormat format)
{
    constexpr auto after = static_cast<int>(BoxFormat::RelXyxy);
    return format == BoxFormat::RelCenterXywh ? BoxFormat::CenterXywh
        : isRelative(format) ? static_cast<BoxFormat>(static_cast<int>(format) - after)
                             : format;
}

template <typename T> using Box = std::array<T, 4>;
template <typename T> struct BoxSize {
    T height{}, width{};
};

/// Whether the first number of a box is one of rows.
constexpr bool rowsFirst(BoxFormat format)
{
    return format == BoxFormat::Yxyx || format == BoxFormat::CenterYxhw
        || format == BoxFormat::RelYxyx;
}

/// [left, top, right, bottom] of a box; relative numbers stay relative.
template <typename T> Box<T> cornersOf(Box<T> box, BoxFormat format)
{
    if (rowsFirst(format))
        box = {box[1], box[0], box[3], box[2]};
    switch (absoluteOf(format)) {
    case BoxFormat::Xywh:
        return {box[0], box[1], box[0] + box[2], box[1] + box[3]};
    case BoxFormat::CenterXywh:
    case BoxFormat::CenterYxhw: {
        const T halfWidth = box[2] / 2;
        const T halfHeight = box[3] / 2;
        return {box[0] - halfWidth, box[1] - halfHeight, box[0] + halfWidth, box[1] + halfHeight};
    }
    default:
        return box;
    }
}

/// The way back.
template <typename T> Box<T> fromCorners(const Box<T>& corners, BoxFormat format)
{
    const auto [left, top, right, bottom] = corners;
    const T width = right - left;
    const T height = bottom - top;
    Box<T> box = corners;
    switch (absoluteOf(format)) {
    case BoxFormat::Xywh:
        box = {left, top, width, height};
        break;
    case BoxFormat::CenterXywh:
    case BoxFormat::CenterYxhw:
        box = {left + width / 2, top + height / 2, width, height};
        break;
    default:
        break;
    }
    return rowsFirst(format) ? Box<T>{box[1], box[0], box[3], box[2]} : box;
}

/// A box in another format, for an image of that size. Source: Keras 3 `convert_format`.
template <typename T>
Box<T> convertedBox(const Box<T>& box, BoxFormat from, BoxFormat to, const BoxSize<T>& size)
{
    if (from == to)
        return box;
    const bool bothRelative = isRelative(from) && isRelative(to);
    Box<T> result = cornersOf(box, from);
    const auto side = [&](std::size_t i, bool firstIsRow) {
        return (i % 2 == 0) == firstIsRow ? size.height : size.width;
    };
    if (isRelative(from) && !bothRelative)
        for (std::size_t i = 0; i < 4; ++i)
            result[i] *= side(i, false);
    result = fromCorners(result, to);
    if (isRelative(to) && !bothRelative)
        for (std::size_t i = 0; i < 4; ++i)
            result[i] /= side(i, rowsFirst(to));
    return result;
}

/// A number between two ends, as TensorFlow keeps it: the lower end wins.
template <typename T> T keptBetween(T value, T least, T most)
{
    return std::max(std::min(value, most), least);
}

/// [left, top, right, bottom] inside of the area from 0 to its size.
template <typename T> Box<T> keptInside(const Box<T>& corners, const BoxSize<T>& size)
{
    return {keptBetween(corners[0], T{0}, size.width), keptBetween(corners[1], T{0}, size.height),
            keptBetween(corners[2], T{0}, size.width), keptBetween(corners[3], T{0}, size.height)};
}

} // namespace lb::kernels
