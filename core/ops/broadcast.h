#pragma once

#include "core/ops/op.h"

namespace lb {

/// The shape of a op b under NumPy's broadcasting; unknown dimensions fit anything.
/// Errors: BadShape naming `op`.
Result<Shape> broadcastShape(std::string_view op, const Shape& a, const Shape& b);

/// For each element of y the index in an operand of shape `operand` that broadcasts to `y`.
class BroadcastIndex {
public:
    BroadcastIndex(std::span<const std::int64_t> operand, std::span<const std::int64_t> y);

    bool same() const { return m_same; } ///< the operand has y's elements in y's order
    std::int64_t period() const { return m_period; } ///< > 0: index is i % period
    std::size_t at(std::int64_t i) const;

private:
    std::vector<std::int64_t> m_size; // of y
    std::vector<std::int64_t> m_stride; // of the operand; 0 where it repeats
    bool m_same = false;
    std::int64_t m_period = 0;
};

/// Runs `visit(i, ia, ib)` over y; ia and ib are the operands' indices.
template <typename Visit>
void forEachBroadcast(std::span<const std::int64_t> a, std::span<const std::int64_t> b,
                      std::span<const std::int64_t> y, Visit&& visit)
{
    const BroadcastIndex ofA(a, y);
    const BroadcastIndex ofB(b, y);
    const std::int64_t count = elementCount(y);
    if (ofA.same() && ofB.same()) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            visit(i, i, i);
        return;
    }
    if (ofA.same() && ofB.period() > 0) { // a scalar or the last axes, as a bias
        const auto period = static_cast<std::size_t>(ofB.period());
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); i += period)
            for (std::size_t k = 0; k < period; ++k)
                visit(i + k, i + k, k);
        return;
    }
    for (std::int64_t i = 0; i < count; ++i)
        visit(static_cast<std::size_t>(i), ofA.at(i), ofB.at(i));
}

/// float64 if one of both is, else the floating one of both, else a's.
DType promoted(DType a, DType b);

} // namespace lb
