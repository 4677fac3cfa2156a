#pragma once

#include "core/ops/op.h"

#include <algorithm>
#include <cmath>

namespace lb {

/// How clahe cuts one axis of an image into tiles; the last one is filled by mirroring.
struct TiledAxis {
    std::int64_t size, tiles, tile;

    TiledAxis(std::int64_t pixels, std::int64_t count)
        : size(pixels)
        , tiles(count)
        , tile((pixels + count - 1) / count)
    {
    }
    std::int64_t padded() const { return tile * tiles; }
    bool fits() const { return padded() - size <= size; }
    std::int64_t pixel(std::int64_t at) const { return at < size ? at : 2 * size - 1 - at; }
};

/// The two tiles between whose middles a pixel lies, and the share of the second.
template <typename T> struct BetweenTiles {
    std::int64_t first, second;
    T share;

    BetweenTiles(const TiledAxis& axis, std::int64_t pixel)
    {
        const T tile = static_cast<T>(axis.tile);
        const T at = (static_cast<T>(pixel) - tile / 2) / tile + 1;
        const T below = std::floor(at);
        share = at - below;
        second = std::min(static_cast<std::int64_t>(below), axis.tiles - 1);
        first = std::max<std::int64_t>(static_cast<std::int64_t>(below) - 1, 0);
    }
};

inline constexpr std::int64_t kClaheBins = 256;

/// The ONNX recipe of clahe. Errors: Unsupported unless size and channels are known.
Result<> onnxClahe(OnnxNode& node);

} // namespace lb
