#pragma once

#include "core/ops/op_graph.h"
#include "core/tensor/tensor.h"

namespace lb {

/// Whether `node` is a resize that reads its images best as the bytes that they are: it shrinks them,
/// looking at four pixels for each of the result, so most of a photo need never become floats.
bool takesBytes(const OpNode& node, const Spec& images);

/// What such a resize gives, to the last bit. Shapes: images [batch, h, w, channels] uint8, y as the
/// node's spec says.
void resizeBytes(const OpNode& node, const Tensor& images, std::span<float> y);

} // namespace lb
