#pragma once

#include "core/layers/codec.h"
#include "core/tensor/tensor.h"

namespace lb {

/// A number, or numbers in nested lists, as NumPy would read them: Rescaling's scale,
/// Normalization's mean. Keras also writes {"class_name": "__numpy__", "config": {"value": ...}}.
struct NumberArray {
    Shape shape; ///< [] is one number
    std::vector<double> values;

    static NumberArray of(double value) { return {{}, {value}}; }
    bool operator==(const NumberArray&) const = default;
};

template <> struct Codec<NumberArray> {
    static constexpr ParamKind kKind = ParamKind::NumberOrList;
    static Config write(const NumberArray& array);
    static bool read(const Config& config, NumberArray& into);
};
template <> struct ParamTraits<NumberArray> : ParamTraits<double> {
    static std::vector<double> limited(const NumberArray& array) { return array.values; }
};

} // namespace lb
