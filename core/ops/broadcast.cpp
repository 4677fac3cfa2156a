#include "core/ops/broadcast.h"

namespace lb {

Result<Shape> broadcastShape(std::string_view op, const Shape& a, const Shape& b)
{
    Shape y(std::max(a.size(), b.size()), 1);
    for (std::size_t i = 0; i < y.size(); ++i) { // from the last axis
        const std::int64_t da = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t db = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (da != db && da != 1 && db != 1 && da != kUnknown && db != kUnknown)
            return Error{ErrorCode::BadShape,
                         std::string(op),
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(a), text(b)}}};
        y[y.size() - 1 - i] = da == 1 ? db : db == 1 ? da : std::max(da, db);
    }
    return y;
}

BroadcastIndex::BroadcastIndex(std::span<const std::int64_t> operand,
                               std::span<const std::int64_t> y)
    : m_size(y.begin(), y.end())
    , m_stride(y.size(), 0)
{
    std::int64_t stride = 1;
    bool suffix = true; // the operand is y's last axes, so its index is i modulo its size
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t axis = y.size() - 1 - i;
        const std::int64_t size = i < operand.size() ? operand[operand.size() - 1 - i] : 1;
        m_stride[axis] = size == 1 ? 0 : stride;
        stride *= size;
        suffix = suffix && (i >= operand.size() || size == y[axis]);
    }
    m_same = elementCount(operand) == elementCount(y);
    if (suffix && stride > 0)
        m_period = stride;
}

std::size_t BroadcastIndex::at(std::int64_t i) const
{
    if (m_same)
        return static_cast<std::size_t>(i);
    if (m_period > 0)
        return static_cast<std::size_t>(i % m_period);
    std::int64_t index = 0;
    for (std::size_t axis = m_size.size(); axis-- > 0;) {
        index += i % m_size[axis] * m_stride[axis];
        i /= m_size[axis];
    }
    return static_cast<std::size_t>(index);
}

DType promoted(DType a, DType b)
{
    if (a == b || !(isFloating(a) || isFloating(b)))
        return a;
    if (a == DType::Float64 || b == DType::Float64)
        return DType::Float64;
    if (!isFloating(a)) // integers take the other's dtype
        return b;
    if (!isFloating(b))
        return a;
    return DType::Float32;
}

} // namespace lb
