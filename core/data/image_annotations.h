#pragma once

#include "core/tensor/tensor.h"

#include <optional>

namespace lb {

/// What belongs to one image besides its class.
struct ImageAnnotations {
    std::optional<Tensor> mask; ///< [height, width, 1]: the class of every pixel, 0 for none
    /// [n, 4] float32: left, top, right, bottom in pixels; together with
    std::optional<Tensor> boxes;
    std::optional<Tensor> labels; ///< [n]: of the boxes; below 0: the box is none

    bool any() const { return mask || boxes; }
};

} // namespace lb
