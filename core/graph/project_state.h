#pragma once

#include "core/layers/layer.h"
#include "core/support/limits.h"

namespace lb {

/// What a layer learned, as it stands inline in a project file. `where` names its place.
/// Errors: BadFile, TooLarge before memory is taken.
Result<StateHandle> readState(const Config& config, const std::string& where, const Limits& limits);
Config stateConfig(const AdaptedState& state);

} // namespace lb
