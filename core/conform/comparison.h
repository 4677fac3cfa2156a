#pragma once

#include "core/support/config.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <optional>

namespace lb {

/// How far an answer is from the number that is stored.
struct Comparison {
    bool equal = true;
    double worst = 0; ///< the largest |a - b| / (1 + |b|)
    std::string difference; ///< what differs first; empty if equal
};

/// Strings agree byte for byte; floats agree where |a - b| <= tolerance (1 + |b|), NaN with NaN and an infinity with itself; the
/// rest exactly; shapes and dtypes always.
Comparison compared(const Tensor& answer, const Tensor& expected, double tolerance);

/// How close two chains of operations end that round at most so often on the way, each time by half
/// a unit in the last place of a type: at most as many units apart.
struct Roundings {
    int count = 0;
    int digits = 24; ///< of the type's numbers, binary
    int leastExponent = -126; ///< of a normal number

    /// The largest difference of values that are as large as `scale`.
    double apart(double scale) const;
};
/// What a case says of one value beside its numbers, which stand in a type that a file can hold.
struct Expectation {
    std::string dtype; ///< of the answer, as Keras names it
    std::optional<Roundings> roundings; ///< none: the numbers are equal
};
/// "dtypes" and "precision" of a case, one for each of its answers; empty if it has neither.
/// Errors: BadFile.
Result<std::vector<Expectation>> expectationsOf(const Config& json);
/// As above; floats are at most roundings.apart(the largest finite |b|) apart.
Comparison compared(const Tensor& answer, const Tensor& expected, const Expectation& expectation);

} // namespace lb
