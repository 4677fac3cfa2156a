#pragma once

#include "core/preview/picture.h"

#include <QImage>

namespace lb {

QImage imageOf(const Picture& picture); ///< a copy; null for an empty picture
/// Bars and gaps in the colours of the current theme.
PictureOptions pictureOptions(int maxSide);

} // namespace lb
