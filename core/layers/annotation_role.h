#pragma once

#include <cstdint>

namespace lb {

/// What an input of an image layer is, by Keras' key in a dictionary of images: a batch of images,
/// the class of every pixel, boxes [batch, n, 4] and their labels [batch, n], labels of the images.
enum class Role : std::uint8_t { Images, SegmentationMasks, Boxes, BoxLabels, Labels };

} // namespace lb
