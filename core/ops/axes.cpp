#include "core/ops/axes.h"

namespace lb {

Result<std::size_t> axisIndex(std::string_view op, std::size_t rank, std::int64_t axis)
{
    const auto axes = static_cast<std::int64_t>(rank);
    if (axis < -axes || axis >= axes)
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "there is no axis %1 in %2 axes"), {axis, axes}}};
    return static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
}

Result<std::vector<bool>> axisFlags(std::string_view op, std::size_t rank,
                                    std::span<const std::int64_t> axes)
{
    std::vector<bool> flags(rank, false);
    for (const std::int64_t axis : axes) {
        LB_TRY(index, axisIndex(op, rank, axis));
        flags[index] = true;
    }
    return flags;
}

AxisView axisView(std::span<const std::int64_t> shape, std::size_t axis)
{
    return {elementCount(shape.first(axis)), shape[axis], elementCount(shape.subspan(axis + 1))};
}

} // namespace lb
