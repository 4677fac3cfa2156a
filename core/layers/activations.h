#pragma once

#include "core/support/config.h"

namespace lb {

/// The function that a layer's config names: "relu", or what Keras serialises of one. "linear" for
/// null, Keras' first name for a second one ("swish" is "silu"); "?" where it names none.
std::string activationName(const Config& activation);

/// Errors: BadParameter at `activation` unless Emitter::activation() knows it.
Result<> checkActivation(const Config& activation);

} // namespace lb
