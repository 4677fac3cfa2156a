#pragma once

#include "core/layers/codec.h"
#include "core/support/random_stream.h"
#include "core/tensor/tensor.h"

namespace lb {

/// What Keras lets a user say about one weight of a layer.
struct WeightRule {
    std::string_view name; ///< literal: "kernel"
    Config initializer; ///< Keras class name, or {class_name, config}

    bool operator==(const WeightRule&) const = default;
};

template <> struct Codec<WeightRule> {
    static constexpr ParamKind kKind = ParamKind::Initializer;
    static Config write(const WeightRule& rule) { return rule.initializer; }
    static bool read(const Config& config, WeightRule& into);
    static std::vector<std::string> choices() { return {"GlorotUniform", "Zeros"}; }
};

std::string initializerClass(const Config& initializer); ///< "" if it is neither form

/// First values of a weight, float32; the same key always gives the same values.
/// Errors: BadParameter if the initializer is not known.
/// Source: Glorot & Bengio 2010, eq. 16; fans as Keras 3 `compute_fans`.
Result<Tensor> initialWeight(const Config& initializer, const Shape& shape, StreamKey key);

} // namespace lb
