#pragma once

#include "core/layers/layer.h"

namespace lb {

/// Describes the layer at the end of `emitter` and ends the graph. Errors: the first thing that did
/// not fit; what a layer says of a value that an op refused before is only what follows from it.
Result<OpGraph> finished(const LayerType& layer, const Config& config, const StateHandle& state,
                         Emitter emitter, Outputs* outputs = nullptr);

} // namespace lb
