#pragma once

#include "core/graph/analysis.h"

namespace lb {

/// What a layer would learn from one made-up row of `inputs`; null if it learns nothing or refuses
/// such a row. It tells which sizes are known once the layer has learned, not what they are.
StateHandle supposedState(const LayerType& type, const Config& config,
                          std::span<const Spec> inputs);

/// Makes hints of refusals that are for a size that is open until a layer before has learned: that
/// layer is the one problem. `walk` gives specs and problems of a document in which those layers have
/// supposed states.
void tellWaiting(const Document& document, const LayerRegistry& registry, Analysis& analysis,
                 const std::function<Analysis(const Document&)>& walk);

} // namespace lb
