#pragma once

#include "core/conform/layer_call.h"

namespace lb {

/// Gives a call what belongs to its images: masks [batch, height, width, 1] and boxes as Keras tells
/// them, {"boxes": [batch, n, 4], "labels": [batch, n]}; either may be missing, or both.
/// For a single image, all of it without the batch.
/// Errors: BadParameter (not one input, a key that lacks); BadShape for masks that lack a place for
/// every pixel; those of tensorOf().
Result<> addAnnotations(LayerCall& call, const std::optional<Tensor>& masks,
                        const std::optional<Config>& boxes);

/// What became of the boxes, in the form that addAnnotations() takes; null without.
Config movedBoxes(const LayerCall& call, std::span<const Tensor> outputs);
/// What became of the masks; null without.
const Tensor* movedMasks(const LayerCall& call, std::span<const Tensor> outputs);
/// All outputs as Keras' dictionary.
Config movedDictionary(const LayerCall& call, std::span<const Tensor> outputs);

} // namespace lb
