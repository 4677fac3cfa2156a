#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <optional>

namespace lb {

/// A number that nothing can be learned from.
struct OddNumber {
    std::int64_t row = 0; ///< in its block, along the first axis
    double value = 0; ///< NaN or an infinity
};

/// The first NaN or infinity of a block.
std::optional<OddNumber> firstNotFinite(const Tensor& block);

/// That it stands in the data; `place` says where a person finds the row, "" if nobody knows.
Error notFinite(const OddNumber& odd, const std::string& place = {});

} // namespace lb
