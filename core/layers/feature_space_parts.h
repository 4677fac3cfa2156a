#pragma once

#include "core/layers/nested_layer.h"

namespace lb {

/// A feature of a FeatureSpace: the layer that its column goes through, and what becomes of that.
struct SpaceFeature {
    enum class Output : std::uint8_t { Int, OneHot, Float };

    std::string name; ///< of its column
    DType dtype = DType::Float32; ///< of Keras' Input for it
    NestedLayer layer; ///< its name is Keras', "age_preprocessor"
    Output output = Output::Float;

    /// The layer if it learns from data and was not given what it would learn.
    const AdaptableLayerType* learner() const;
};

/// Features that are hashed into one.
struct SpaceCross {
    std::string name; ///< "sex_X_class"
    std::vector<std::size_t> features; ///< places in FeatureSpaceParts::features
    std::int64_t dim = 0;
    bool oneHot = true;
};

/// What a FeatureSpace's config says.
struct FeatureSpaceParts {
    std::vector<SpaceFeature> features; ///< by name: the order of the inputs and of the result
    std::vector<SpaceCross> crosses; ///< by name; they stand behind the features
    bool concat = true;
};

/// Reads "features", "crosses", "output_mode" and the default sizes as Keras' constructor does: a
/// feature is the name of a type ("float_normalized") or a Feature as Keras serialises it, a cross a
/// list of names or a Cross. Errors: BadParameter with the key and the feature's name.
Result<FeatureSpaceParts> featureSpaceParts(const Config& config);

/// The state of one feature's layer inside a FeatureSpace's ("age/mean" is its "mean"), and back.
StateHandle featureState(const StateHandle& state, const std::string& feature);
void addFeatureState(const std::string& feature, const AdaptedState& own, AdaptedState& into);

/// One of the inputs, or the result of a step.
struct SpaceValue {
    bool isStep = false;
    std::size_t index = 0;
};

/// One layer inside a FeatureSpace.
struct SpaceStep {
    NestedLayer layer;
    StateHandle state;
    std::vector<SpaceValue> from;
    bool encodes = false; ///< takes ids: Keras refuses anything but integers here
    std::string of; ///< the feature or cross that it makes; empty for what joins them
};

/// The layers that a FeatureSpace is made of, in an order that can be run.
struct SpaceSteps {
    std::vector<SpaceStep> steps;
    std::vector<SpaceValue> results; ///< a value a feature, then a cross; in concat mode before joined
    std::vector<std::string> names; ///< of these
    std::vector<SpaceValue> outputs; ///< the joined vector, or `results`
};

/// Sizes of vocabularies follow from `state`; a lookup that has learned nothing gives vectors of
/// unknown length. Errors: BadParameter where Keras cannot tell how many categories there are.
Result<SpaceSteps> featureSpaceSteps(const FeatureSpaceParts& parts, const StateHandle& state);

} // namespace lb
