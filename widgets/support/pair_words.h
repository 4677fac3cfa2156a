#pragma once

#include "core/layers/param_spec.h"

#include <QString>

namespace lb {

/// What two numbers of a parameter are to each other.
enum class PairMeaning : std::uint8_t { Size, Range, Both };

/// Sizes are whole (`pool_size`, `tile_grid_size`), ranges are not (`value_range`); the two halves of a
/// key (`salt`) are whole as well and are no size.
inline PairMeaning pairMeaning(const ParamSpec& spec)
{
    if (!spec.integral && !spec.scalarPair)
        return PairMeaning::Range;
    return spec.key == "salt" ? PairMeaning::Both : PairMeaning::Size;
}

/// "3×3", "0 … 255", "133, 133": what stands between them where both are words.
inline QString pairSeparator(const ParamSpec& spec)
{
    switch (pairMeaning(spec)) {
    case PairMeaning::Size:
        return QStringLiteral("×");
    case PairMeaning::Range:
        return QStringLiteral(" … ");
    case PairMeaning::Both:
        break;
    }
    return QStringLiteral(", ");
}

} // namespace lb
