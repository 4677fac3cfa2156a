#pragma once

#include "core/layers/layer.h"

namespace lb {

/// Whether the layer is computed in the policy that `dtype` of its config names, as Keras writes it:
/// a name, or {"class_name": "DTypePolicy", "config": {"name": ...}}.
/// Errors: Unsupported at "dtype", with the policies that are.
Result<> checkPolicy(const LayerType& layer, const Config& config);

} // namespace lb
