#include "core/layers/merge_inputs.h"

#include "core/ops/ops.h"

namespace lb {

std::vector<ValueRef> mergeInputs(Emitter& emitter)
{
    std::vector<ValueRef> inputs;
    std::int64_t rank = 0;
    std::int64_t batch = kUnknown;
    for (std::size_t i = 0; i < emitter.inputCount(); ++i) {
        inputs.push_back(emitter.autocastInput(i));
        rank = std::max(rank, emitter.rank(inputs.back()));
        const Shape& shape = emitter.spec(inputs.back()).shape;
        if (shape.empty() || shape[0] == kUnknown)
            continue;
        if (batch != kUnknown && batch != shape[0])
            emitter.fail({ErrorCode::BadShape,
                          "",
                          {LB_TR("Error", "batches of %1 and of %2 cannot be merged"),
                           {batch, shape[0]}}});
        batch = shape[0];
    }
    for (ValueRef& input : inputs)
        for (std::int64_t at = emitter.rank(input); at > 0 && at < rank; ++at)
            input = emitter.op(ops::expandDims(), {input}, {{"axis", 1}});
    return inputs;
}

ValueId mergedMask(Emitter& emitter)
{
    ValueRef mask{emitter.input(0).mask};
    for (std::size_t i = 1; i < emitter.inputCount() && mask.id != kNoValue; ++i) {
        const ValueRef other{emitter.input(i).mask};
        mask = other.id == kNoValue ? other
                                    : emitter.op(ops::where(), {mask, mask, other}); // or
    }
    return mask.id;
}

} // namespace lb
