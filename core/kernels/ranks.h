#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lb::kernels {

/// The numbers that stand at `ranks` (ascending, each below values.size()) when `values` is sorted
/// upwards, -0 before 0. Takes a fraction of the time of a sort where there are few ranks: only the
/// neighbourhood of each is put in order. NaN is not expected. Below 2^32 values.
std::vector<float> valuesAt(std::span<const std::size_t> ranks, std::span<const float> values);

} // namespace lb::kernels
