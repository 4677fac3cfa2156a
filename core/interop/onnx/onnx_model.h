#pragma once

#include "core/graph/flatten.h"

namespace lb {

struct OnnxRequest {
    std::string producerVersion;
    std::string inputName = "image", outputName = "probabilities";
    std::vector<std::string> labels; ///< stored as metadata `labels`, JSON
};

/// An ONNX file (opset 20, IR 9) of a flattened inference part.
///
/// `weights`: by layer, in Keras' order. The batch is the symbolic dimension N.
/// Errors: Unsupported naming the layer whose op has no ONNX form; BadParameter if a weight lacks.
/// Source: onnx.proto of ONNX 1.15; operator definitions of ai.onnx opset 20.
Result<std::string> onnxModel(const FlatModel& model,
                              const std::map<LayerId, std::vector<Tensor>>& weights,
                              const OnnxRequest& request);

} // namespace lb
