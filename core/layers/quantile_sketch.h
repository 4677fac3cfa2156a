#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lb {

/// What a stream of numbers looked like, in about 1 / epsilon of them: values in ascending order,
/// each with the number of rows that it stands for. NaN is not expected.
///
/// The arithmetic is Keras', float32 where that is: the same blocks in the same order give the same
/// boundaries. How the blocks are cut changes them a little.
/// Source: Keras 3 `Discretization` (summarize, merge_summaries, compress_summary).
struct QuantileSketch {
    std::vector<float> values;
    std::vector<float> weights;
};

/// Of one block. `epsilon` is not 0; one below 0 keeps every value.
QuantileSketch sketched(std::vector<float> block, double epsilon);

/// Joins two, and brings the result back to the size that `epsilon` allows.
QuantileSketch merged(const QuantileSketch& a, const QuantileSketch& b, double epsilon);

/// The inner ends of `bins` bins with about as many rows each; fewer where the sketch is smaller.
/// `bins` is at least 1.
std::vector<float> boundariesOf(const QuantileSketch& sketch, std::int64_t bins);

} // namespace lb
