#pragma once

#include "core/kernels/warp.h"

namespace lb::kernels {

/// warp() for affine maps of float images that are read between their pixels, with a border that
/// leads back into the image: the same numbers, a line at a time. First where every pixel comes
/// from, which becomes vector code, then the pixels.
///
/// false if the work is none of these (or the image is too large for 32-bit places): nothing is
/// done then.
bool warpLines(const Warp<float>& work, FillMode mode);

/// warp() one pixel after the other: what the lines are compared with.
void warpPixels(const Warp<float>& work, FillMode mode, Sampling sampling);

} // namespace lb::kernels
