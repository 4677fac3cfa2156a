#pragma once

#include "core/data/image_annotations.h"
#include "core/preview/picture.h"

#include <span>

namespace lb {

/// The colour of a class in masks and boxes: eight that differ from each other, then again.
Rgb classColor(std::int64_t label);

/// Lays what belongs to an image [height, width, ...] over its picture: tints the pixels of a
/// mask that have a class and gives the picture its boxes, without those that are none. `names` of
/// the boxes' classes. Leaves a picture of another kind alone.
void annotate(Picture& picture, const ImageAnnotations& annotations, const Shape& image,
              std::span<const std::string> names);

/// Draws the boxes of a picture into its pixels, for those who have nothing better to draw with.
void drawFrames(Picture& picture);

/// What belongs to an image of shape `from` when that gets another size: a mask takes its nearest
/// pixels.
ImageAnnotations resizedAnnotations(const ImageAnnotations& annotations, const Shape& from,
                                    std::int64_t height, std::int64_t width);

} // namespace lb
