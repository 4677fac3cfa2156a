#pragma once

#include "core/layers/emitter.h"

namespace lb {

/// The inputs of an element-wise merge layer. Where their ranks differ, axes of length 1 are put
/// behind the batch, so that batches meet batches: [2, 4] joins [2, 5, 4] as [2, 1, 4].
/// Batches of different sizes fail the emitter. Source: Keras 3 `Merge`.
std::vector<ValueRef> mergeInputs(Emitter& emitter);

/// A place counts if it counts in any input; none where an input has no mask.
ValueId mergedMask(Emitter& emitter);

} // namespace lb
