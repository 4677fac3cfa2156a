#pragma once

#include "core/preview/picture.h"

#include <QImage>

namespace lb {

/// A copy, enlarged where it has boxes, which are painted over it; null for an empty picture.
QImage imageOf(const Picture& picture);
/// Bars and gaps in the colours of the current theme.
PictureOptions pictureOptions(int maxSide);

} // namespace lb
