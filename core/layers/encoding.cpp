#include "core/layers/encoding.h"

#include "core/layers/category_codes.h"
#include "core/ops/ops.h"

namespace lb {

ValueRef encoded(Emitter& emitter, ValueRef ids, OutputMode mode, std::int64_t depth,
                 ValueRef weights, DType dtype)
{
    if (mode == OutputMode::Int)
        return ids;
    if (emitter.rank(ids) == 0)
        ids = emitter.op(ops::expandDims(), {ids}, {{"axis", 0}});
    const Shape shape = emitter.spec(ids).shape;
    if (mode == OutputMode::OneHot) {
        if (shape.size() > 1 && shape.back() == 1)
            ids = emitter.op(ops::squeeze(), {ids}, {{"axis", std::ssize(shape) - 1}});
        return emitter.cast(emitter.op(ops::oneHot(), {ids}, {{"depth", depth}}), dtype);
    }
    if (!countsIn(dtype))
        emitter.fail(notComputedIn(dtype));
    std::vector<ValueRef> counted{ids};
    if (mode == OutputMode::Count && weights.id != kNoValue)
        counted.push_back(weights);
    const ValueRef y
        = emitter.op(ops::idCounts(), std::move(counted),
                     {{"depth", depth}, {"binary", mode == OutputMode::MultiHot}});
    return emitter.cast(mode == OutputMode::TfIdf ? emitter.mul(y, weights) : y, dtype);
}

} // namespace lb
