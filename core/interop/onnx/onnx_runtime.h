#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <filesystem>
#include <span>

namespace lb {

/// ONNX Runtime's C library where there is one, loaded on first use and kept; nothing links it.
class OnnxRuntime {
public:
    /// Looks for libonnxruntime, or at what the environment variable LAYERBENCH_ONNXRUNTIME names.
    /// Null where there is none that is new enough for opset 20. Any thread.
    static const OnnxRuntime* find();

    const std::string& version() const { return m_version; } ///< "1.24.3"

    struct Input {
        std::string name;
        Tensor rows; ///< of numbers or of strings; these end at a NUL, as C's do
    };
    /// Feeds the model's inputs by name and reads a float32 output. One thread.
    /// Errors: BadFile (not a model), BadShape; the runtime's own words in the message.
    Result<Tensor> run(const std::filesystem::path& model, std::span<const Input> inputs,
                       const std::string& output) const;

private:
    OnnxRuntime() = default;
    const void* m_api = nullptr;
    std::string m_version;
};

} // namespace lb
