#pragma once

#include "core/graph/flatten.h"

namespace lb {

struct OnnxRequest {
    std::string producerVersion;
    std::vector<std::string> inputNames = {"image"}; ///< parallel to the graph's inputs
    std::string outputName = "probabilities";
    /// Of the classes: metadata `labels` (JSON), and where the output is [N, classes] the names of
    /// the best ones as a second output, `label`.
    std::vector<std::string> labels;
};

/// An ONNX file (opset 20, IR 9) of a flattened inference part.
///
/// Where there are more or fewer names than inputs, these are image_0, image_1..
/// `weights`: by layer, in Keras' order. The batch is the symbolic dimension N.
/// Errors: Unsupported naming the layer whose op has no ONNX form; BadParameter if a weight lacks.
/// Source: onnx.proto of ONNX 1.15; operator definitions of ai.onnx opset 20.
Result<std::string> onnxModel(const FlatModel& model,
                              const std::map<LayerId, std::vector<Tensor>>& weights,
                              const OnnxRequest& request);

/// What the file of a model cannot do that the model can: one sentence for each layer that hashes
/// strings.
std::vector<Message> onnxLimits(const FlatModel& model);

} // namespace lb
