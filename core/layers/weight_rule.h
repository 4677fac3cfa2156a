#pragma once

#include "core/layers/codec.h"
#include "core/support/random_stream.h"
#include "core/tensor/tensor.h"

namespace lb {

/// What Keras lets a user say about the first values of one weight of a layer.
struct WeightRule {
    std::string_view name; ///< literal: "kernel"
    Config initializer; ///< Keras class name, or {class_name, config}

    bool operator==(const WeightRule&) const = default;
};

std::vector<std::string> initializerNames(); ///< the classes that initialWeight() knows

template <> struct Codec<WeightRule> {
    static constexpr ParamKind kKind = ParamKind::Initializer;
    static Config write(const WeightRule& rule) { return rule.initializer; }
    static bool read(const Config& config, WeightRule& into);
    static std::vector<std::string> choices() { return initializerNames(); }
};

/// The class that an initializer names, whatever its spelling: "glorot_uniform" is
/// "GlorotUniform". "" if it is neither a name nor {class_name, config}.
std::string initializerClass(const Config& initializer);

/// First values of a weight, float32; the same key always gives the same values. An initializer
/// with a seed of its own ignores the key. The numbers are not TensorFlow's, their distribution is.
///
/// Errors: BadParameter if the initializer or one of its values is not known, BadShape where it
/// cannot fill the shape. Threads: any.
/// Source: Keras 3 `initializers`, `compute_fans`; Box & Muller 1958; truncation by rejection.
Result<Tensor> initialWeight(const Config& initializer, const Shape& shape, StreamKey key);

} // namespace lb
