#pragma once

#include "core/ops/op.h"

namespace lb {

/// The axis as an index from the front. Errors: BadShape naming `op` if x has no such axis.
Result<std::size_t> axisIndex(std::string_view op, std::size_t rank, std::int64_t axis);

/// For each axis whether it is among `axes`. Errors: as axisIndex().
Result<std::vector<bool>> axisFlags(std::string_view op, std::size_t rank,
                                    std::span<const std::int64_t> axes);

/// x seen as [outer, axis, inner].
struct AxisView {
    std::int64_t outer = 1, size = 1, inner = 1;
};
AxisView axisView(std::span<const std::int64_t> shape, std::size_t axis);

/// Runs visit(i, o) for i = 0, 1, .. over `shape`, where o is the dot product of the place of i
/// with `strides`.
template <typename Visit>
void forEachStrided(std::span<const std::int64_t> shape, std::span<const std::int64_t> strides,
                    Visit&& visit)
{
    const std::int64_t count = elementCount(shape);
    std::vector<std::int64_t> place(shape.size(), 0);
    std::int64_t other = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        visit(static_cast<std::size_t>(i), static_cast<std::size_t>(other));
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            other += strides[axis];
            if (++place[axis] < shape[axis])
                break;
            other -= shape[axis] * strides[axis];
            place[axis] = 0;
        }
    }
}

} // namespace lb
