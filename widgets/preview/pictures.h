#pragma once

#include "core/preview/preview.h"

#include <QImage>

namespace lb {

/// A copy, enlarged where it has boxes, which are painted over it; null for an empty picture.
QImage imageOf(const Picture& picture);
/// A row that is a sound and nothing else: waveOf() says more of it than its numbers.
bool isSound(const PreviewSample& sample);
/// Bars and gaps in the colours of the current theme.
PictureOptions pictureOptions(int maxSide);

} // namespace lb
