#pragma once

#include "core/tensor/spec.h"

namespace lb {

/// What a tensor's numbers are like; those that are not finite count nowhere else. Of strings: how
/// long they are, in characters.
struct TensorStatistics {
    DType dtype = DType::Float32;
    Shape shape;
    double min = 0, max = 0, mean = 0; ///< of the finite ones; 0 if there are none
    std::int64_t finite = 0, nans = 0, infinities = 0;
    double from = 0, to = 1; ///< of the histograms
    std::vector<std::vector<std::int64_t>> histograms; ///< one for each of up to four channels of
                                                       ///< an image, else a single one
    std::vector<std::string> texts = {}; ///< of strings: the first few
    std::int64_t empty = 0; ///< of strings: how many have no character
    bool operator==(const TensorStatistics&) const = default;
};

/// One pass for the figures, one for the histograms of `bins` bins over `range`, or over what is
/// there where that is unknown or does not hold it. Shapes: any, without batch. Any thread.
TensorStatistics statisticsOf(const Tensor& value, const ValueRange& range, int bins = 64);

} // namespace lb
