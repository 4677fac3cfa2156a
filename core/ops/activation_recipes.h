#pragma once

#include "core/interop/onnx/onnx_node.h"

namespace lb {

/// Writes the element-wise activation that an op is named after into an ONNX graph.
/// Source: operator definitions of ai.onnx opset 20; what has no operator there is composed.
Result<> onnxActivation(std::string_view op, OnnxNode& node);

} // namespace lb
