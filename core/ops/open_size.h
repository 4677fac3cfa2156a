#pragma once

#include "core/interop/onnx/onnx_node.h"
#include "core/kernels/resize.h"

/// ONNX recipes for images whose height and width only the data tell: what resize and crop compute
/// from the size is computed in the graph, in float32 as there.
namespace lb::open_size {

/// The name of the resized images, float32 unless nearest.
/// Errors: Unsupported, naming the interpolation; only nearest and bilinear have one.
Result<std::string> resized(OnnxNode& node, kernels::Interpolation interpolation, bool antialias);

/// The window of keptWindow(). Without `aspect` an image that is too small is cut to the aspect ratio
/// and enlarged, as Keras' CenterCrop does: only the data tell which it is.
Result<> cropped(OnnxNode& node, std::int64_t height, std::int64_t width, bool aspect);

} // namespace lb::open_size
