#pragma once

#include "core/tensor/tensor.h"

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

} // namespace lb
