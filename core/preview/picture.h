#pragma once

#include "core/tensor/spec.h"

#include <array>
#include <string>

namespace lb {

using Rgb = std::array<std::uint8_t, 3>;

/// A bounding box over a picture, in parts of its sides.
struct PictureBox {
    double left = 0, top = 0, right = 0, bottom = 0;
    Rgb color{};
    std::string name; ///< of its class; may be empty
    bool operator==(const PictureBox&) const = default;
};

/// A picture of a value: rows of red, green, blue, without gaps.
struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
    std::vector<PictureBox> boxes = {};
    bool operator==(const Picture&) const = default;
};

/// What the first two axes of a value are. Spectrograms are drawn with time to the right and low
/// pitches at the bottom, however the numbers lie.
enum class PictureAxes : std::uint8_t { AsTheyLie, TimeFirst, PitchFirst };

struct PictureOptions {
    int maxSide = 256; ///< larger images are averaged down to it
    Rgb background{20, 22, 27}; ///< between feature maps, behind bars
    Rgb bar{88, 178, 232}, strongest{140, 155, 255}; ///< of vectors; the largest number
    PictureAxes axes = PictureAxes::AsTheyLie;
    bool operator==(const PictureOptions&) const = default;
};

enum class PictureKind : std::uint8_t { Image, FeatureMaps, Matrix, Bars, Cells, Nothing };

/// How a value of that shape (without batch) is drawn: [h, w, 1 or 3] as an image, [h, w, c] as
/// tiles, [n] as bars or, where they would be too thin, as cells; [h, w] as an image.
PictureKind pictureKindOf(const Shape& shape);

/// The numbers that become black and white: of a known range 0..255, 0..1 or a symmetric one as it
/// is, from 0 where one ends at 1 or 255 and begins below 0, else what an image of that kind uses,
/// else what is there.
ValueRange shownRange(const Tensor& value, const ValueRange& known);

/// Draws a value without its batch axis. Images as they are; feature maps as 2, 8 or 32 tiles in
/// viridis over a common range; a matrix [steps, features] as a heat map whose steps run to the
/// right, its small and large numbers in two colours where it has both signs and is no spectrogram;
/// a long one of a single channel as the wave of a sound; vectors as bars from zero. Empty for what
/// has no elements or more than three axes. Numbers that are not finite are drawn in magenta. Any
/// thread.
Picture pictureOf(const Tensor& value, const ValueRange& known, const PictureOptions& options);

/// `value` in 0..1 on the viridis scale. Source: matplotlib's colormap, every 16th entry.
Rgb viridis(double value);

/// An image [height, width, channels] in another size, averaged where it shrinks; dtype kept.
Tensor resizedImage(const Tensor& image, std::int64_t height, std::int64_t width);

} // namespace lb
