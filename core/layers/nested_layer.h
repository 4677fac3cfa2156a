#pragma once

#include "core/layers/random_layer.h"

namespace lb {

/// A layer that another layer is made of: one of RandAugment's, or one of a Pipeline's list.
struct NestedLayer {
    std::string name; ///< among its siblings; begins the names of its draws: "random_shear/"
    const LayerType* type = nullptr;
    Config config;

    const RandomLayerType* random() const { return dynamic_cast<const RandomLayerType*>(type); }
};

/// Errors: UnknownLayer; those of the layer's check(), with `name` in front of their place.
Result<NestedLayer> nestedLayer(std::string name, const std::string& kerasClass, Config config);
/// The same of {"class_name": ..., "config": {...}}. Errors: BadParameter if it is not that.
Result<NestedLayer> nestedLayer(std::string name, const Config& serialized);

/// What `layer` makes of `inputs`, described in the outer layer's emitter; `state` is what it
/// learned. `roles` tell what the inputs are where they are not the outer layer's.
Result<Outputs> emitNested(const NestedLayer& layer, Emitter& emitter,
                           std::vector<ValueRef> inputs, const std::optional<Gate>& gate = {},
                           const StateHandle& state = {},
                           const std::optional<std::vector<Role>>& roles = {});

/// What `layer` draws for a call with `inputs`, named as emitNested() asks for it; `index` tells
/// siblings apart. Empty for a layer that draws nothing.
Result<Transformation> drawNested(const NestedLayer& layer, const DrawContext& context,
                                  const Seed& seed, std::uint64_t index,
                                  std::span<const Spec> inputs);

} // namespace lb
