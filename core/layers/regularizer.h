#pragma once

#include "core/layers/codec.h"

namespace lb {

/// What a layer adds to the loss for the size of a weight or of its output: null, a name ("l2") or
/// {class_name, config}. Kept as it stands; penaltyOf() says what it means.
struct Regularizer {
    Config config;
    bool operator==(const Regularizer&) const = default;
};

/// l1 * sum|x| + l2 * sum x².
struct Penalty {
    double l1 = 0, l2 = 0;
};

/// Errors: Unsupported for a regularizer that is not L1, L2 or L1L2; BadParameter for a factor
/// that is no number, negative or infinite, as in Keras. Source: Keras 3 `regularizers`.
Result<Penalty> penaltyOf(const Regularizer& regularizer);

/// What a weight is brought back to after each update. Kept for Keras; see Emitter::weight().
struct Constraint {
    Config config;
    bool operator==(const Constraint&) const = default;
};

/// What Keras lets a user say about a weight besides its first values.
struct WeightTerms {
    Regularizer regularizer = {};
    Constraint constraint = {};
    bool trainable = true;
};

/// A member that keeps what Keras serialised: null, a name, or {class_name, config}.
template <typename T> struct SerializedCodec {
    static constexpr ParamKind kKind = ParamKind::Any;
    static Config write(const T& value) { return value.config; }
    static bool read(const Config& config, T& into)
    {
        const bool fits
            = config.isNull() || config.as<std::string>() || config.find("class_name");
        if (fits)
            into.config = config;
        return fits;
    }
};
template <> struct Codec<Regularizer> : SerializedCodec<Regularizer> { };
template <> struct Codec<Constraint> : SerializedCodec<Constraint> { };

template <typename T> struct SerializedTraits {
    using Limit = T;
    static constexpr bool kNullable = true;
    static constexpr bool kIntegral = false;
    static constexpr bool kScalarPair = false;
};
template <> struct ParamTraits<Regularizer> : SerializedTraits<Regularizer> { };
template <> struct ParamTraits<Constraint> : SerializedTraits<Constraint> { };

} // namespace lb
