#pragma once

#include "core/interop/onnx/onnx_node.h"

namespace lb {

/// How a window slides along one axis. Place `o` sees inputs o * stride - before + k * dilation
/// for k < size; those outside [0, in) are padding.
struct WindowAxis {
    std::int64_t in = 0, out = 0; ///< may be kUnknown
    std::int64_t size = 1, stride = 1, dilation = 1;
    std::int64_t before = 0, after = 0; ///< padding

    std::int64_t first(std::int64_t o) const { return o * stride - before; }
    std::int64_t begin(std::int64_t o) const; ///< the first k that is inside
    std::int64_t end(std::int64_t o) const; ///< one behind the last k that is inside
};

struct Window2d {
    WindowAxis rows, columns;
};

/// The window of conv2d, max_pool2d and avg_pool2d over x [batch, rows, columns, channels].
/// Args: strides [2]; padding "valid", "same" or [top, bottom, left, right]; dilation [2] (may be
/// missing). Errors: BadShape naming `op` unless x has four axes and the window fits in.
/// Source: TensorFlow's "SAME": out = ceil(in / stride), the odd element of padding behind.
Result<Window2d> window2d(std::string_view op, std::span<const std::int64_t> x, std::int64_t height,
                          std::int64_t width, const Config& args);

/// The attributes of an ONNX operator with a window over input 0, for the arguments of window2d().
/// Padding is written out where it is known: runtimes disagree about auto_pad with dilation.
/// Errors: Unsupported naming `op` if neither works; BadShape.
Result<OnnxAttributes> onnxWindow(std::string_view op, const OnnxNode& node, std::int64_t height,
                                  std::int64_t width);

} // namespace lb
