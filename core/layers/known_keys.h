#pragma once

#include "core/layers/registry.h"

namespace lb {

/// Whether the key is one of those that Keras' class has, whatever it does here.
bool isKnownKey(const LayerType& layer, std::string_view key);

/// Whether Keras' class takes any other key, too, and forgets it.
bool takesAnyKey(const LayerType& layer);

/// Refuses what Keras raises for: keys that a class does not take, in a layer as Keras serialises it
/// and in layers inside it, a `name` that is none, a `trainable` that is neither true nor false, a
/// `factor` of an image layer that has none. What Keras writes beside the config passes.
/// Errors: BadParameter that names the keys, and what was probably meant.
Result<> checkKeys(const Config& layer, const LayerRegistry& registry);

} // namespace lb
