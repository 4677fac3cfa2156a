#pragma once

#include "core/interop/onnx/onnx_node.h"
#include "core/interop/onnx/protobuf.h"

namespace lb {

inline constexpr std::int64_t kOnnxString = 8; ///< onnx.TensorProto.DataType

/// Collects the parts of an ONNX graph: names, nodes and initializers.
class OnnxBuilder {
public:
    /// `given`: numbers of values that are fed from outside (weights), by value id.
    explicit OnnxBuilder(const std::map<ValueId, Tensor>& given);

    std::string fresh(std::string_view stem); ///< a name that is not taken
    std::string initializer(std::string name, const Tensor& tensor);
    std::string strings(std::string name, std::span<const std::string> values); ///< [n]
    std::string node(const std::string& type, std::span<const std::string> inputs,
                     const OnnxAttributes& attributes, std::string output);
    void nodes(const std::string& type, std::span<const std::string> inputs,
               const OnnxAttributes& attributes, std::span<const std::string> outputs);
    bool usesMl() const { return m_usesMl; } ///< operators of ai.onnx.ml, too
    const Tensor* given(ValueId id) const;

    std::map<ValueId, std::string> names; ///< of the values that are in the graph so far

    ProtobufWriter graph; ///< nodes and initializers so far

private:
    const std::map<ValueId, Tensor>& m_given;
    std::size_t m_count = 0;
    bool m_usesMl = false;
};

/// A NodeProto; its name is that of the first output.
ProtobufWriter onnxNodeMessage(const std::string& type, std::span<const std::string> inputs,
                               const OnnxAttributes& attributes,
                               std::span<const std::string> outputs);

} // namespace lb
