#pragma once

#include "core/layers/registry.h"

namespace lb {

/// What is said of a node whose class is not in the registry: that Keras has it, or what may be meant.
Message unknownLayer(const LayerRegistry& registry, const std::string& kerasClass);

} // namespace lb
