#pragma once

#include "core/layers/registry.h"

namespace lb {

/// A layer of a config.json, checked.
struct KerasLayerConfig {
    std::string kerasClass; ///< Rescaling and Concatenate for a FeatureSpace's own identity and joint
    std::string storedClass; ///< as the file has it: its variables' place is named by it
    std::string name;
    const LayerType* type = nullptr; ///< null: InputLayer, or a model within the model
    Config config; ///< for the document; of others as it is
    /// What integers become that Keras resizes in a graph, as predict() does: they stay integers
    /// only where the layer's policy says so.
    enum class Resizes : std::uint8_t { No, AsFloats, AsIntegers } resizes = Resizes::No;
};

/// Reads one entry of a model's layers. Nothing that it says is looked up as code: `module` must be
/// one of Keras' own and the class one of the registry. An option that no field of the layer knows
/// is refused, unless it says what Keras does without it.
/// Errors: BadFile, UnknownLayer, Unsupported, BadParameter; with the layer's name.
Result<KerasLayerConfig> readKerasLayer(const Config& entry, const LayerRegistry& registry);

/// Whether `module` and `registered_name` say that a class is Keras' own. Errors: Unsupported.
Result<> checkKerasOrigin(const Config& entry, const std::string& kerasClass,
                          const std::string& name);

/// What an InputLayer's batch_shape and dtype say, the batch kUnknown. Errors: Unsupported, BadFile.
Result<Spec> kerasInputSpec(const Config& shape, const std::string& dtype);

} // namespace lb
