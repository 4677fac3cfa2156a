#pragma once

#include "core/tensor/spec.h"

#include <QImage>

namespace lb {

/// A picture of an image tensor [height, width, 1 or 3 or 4], also with a batch of one in front.
/// uint8 is shown as it is; floating values are mapped from `range` (unknown: their own least and
/// most) to black and white. NaN is drawn magenta. Null for anything else. Any thread.
QImage pictureOf(const Tensor& image, const ValueRange& range = {});

/// The wave of a sound [samples] or [samples, channels], also with a batch of one in front: in each
/// column from the least to the most of its samples, -1..1 or as far as they go. Null for anything
/// else. Any thread.
QImage waveOf(const Tensor& sound, const QSize& size);

/// The picture scaled into `box`, whole and centred: small ones by whole pixels, so that they
/// stay honest, large ones smoothly.
QImage fitted(const QImage& picture, const QSize& box);

} // namespace lb
