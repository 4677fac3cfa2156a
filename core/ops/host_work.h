#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

class OnnxNode;

/// Work that is not arithmetic: looking up, splitting text, hashing. It takes and gives whole
/// tensors, strings too, before or between the numeric ops, and is exact: keys up to 2^63 never
/// become floats on their way from an input or from other host work. Immutable; any thread.
class HostWork {
public:
    virtual ~HostWork() = default;

    virtual std::string_view name() const = 0; ///< "string_lookup"
    /// The dtype is what the emitter was told, the shape fits what it was told; the value decides
    /// about dimensions that were unknown. Errors: a value that the layer refuses.
    virtual Result<Tensor> run(std::span<const Tensor> inputs) const = 0;
    /// Writes its ONNX recipe. Errors: Unsupported, with the reason.
    virtual Result<> onnx(OnnxNode& node) const;
};

/// Runs and holds the result against what was promised. Errors: those of run(); Internal.
Result<Tensor> hostResult(const HostWork& work, std::span<const Tensor> inputs, DType dtype,
                          const Shape& shape);

} // namespace lb
