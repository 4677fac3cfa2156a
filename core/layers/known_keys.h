#pragma once

#include "core/layers/registry.h"

namespace lb {

/// Whether Keras' class takes the key, whatever it does here.
bool isKnownKey(const LayerType& layer, std::string_view key);

/// Refuses what Keras raises for: keys that a class does not take, in a layer as Keras serialises it
/// and in layers inside it, a `name` that is none, a `trainable` that is neither true nor false. What
/// Keras writes beside the config passes.
/// Errors: BadParameter that names the keys, and what was probably meant.
Result<> checkKeys(const Config& layer, const LayerRegistry& registry);

} // namespace lb
