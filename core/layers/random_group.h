#pragma once

#include "core/layers/random_layer.h"

namespace lb {

/// How a node applies the group of layers that it calls. Ours, not Keras': in training only.
enum class GroupUse : std::uint8_t { Always, Sometimes, OneOf };

/// Whether a group is used by chance, as the keyword arguments of its call say: `apply` (always,
/// sometimes, one_of), `probability` (of sometimes), `seed`.
/// Errors: BadParameter with the argument's name.
Result<GroupUse> groupUse(const Config& call);

/// The choice behind a group that is used by chance: for every sample one of its inputs.
///
/// Inputs: what the group is called on, then what each of its branches makes of it, all of one
/// shape. Result: float32, in training branch 1 with `probability` (sometimes), or each branch as
/// probable as the others (one_of); at inference the first input.
/// Draws `branch` [batch], int32: 0 leaves the sample as it is, n is branch n; and the same as flags
/// `branch_1`, `branch_2`, ...
/// It stands in no registry: a document says it in the call of a group.
const RandomLayerType& randomGroup();

} // namespace lb
