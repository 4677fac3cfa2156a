#pragma once

#include "core/tensor/tensor.h"

namespace lb {

/// The values that can stand on a wire, both ends included.
///
/// `Declared`: somebody said so (a source, a layer's value_range); `Proven`: follows from the ops.
/// Lints speak from Declared on; what was merely observed in data never enters.
struct ValueRange {
    enum class Trust : std::uint8_t { Unknown, Declared, Proven };

    Trust trust = Trust::Unknown;
    double least = 0;
    double most = 0;

    static ValueRange unknown() { return {}; }
    static ValueRange declared(double least, double most) { return {Trust::Declared, least, most}; }
    static ValueRange proven(double least, double most) { return {Trust::Proven, least, most}; }
    bool known() const { return trust != Trust::Unknown; }
    bool operator==(const ValueRange&) const = default;
};

/// What is known of a value before it is computed. `shape` has the batch in front.
struct Spec {
    DType dtype = DType::Float32;
    Shape shape;
    ValueRange range = {};

    bool operator==(const Spec&) const = default;
};

/// The range that follows from two ranges: as little trust as the lesser of both.
ValueRange rangeOf(const ValueRange& a, const ValueRange& b, double least, double most);

bool isFloating(DType dtype);
bool is16Bit(DType dtype); ///< float16 or bfloat16: computed as float and rounded after each op
std::string_view nameOf(DType dtype); ///< NumPy's and Keras' name: "float32", "uint8"
std::optional<DType> dtypeNamed(std::string_view name);
std::string text(const Spec& spec); ///< "float32 [?, 32, 32, 3] 0..255"

} // namespace lb
