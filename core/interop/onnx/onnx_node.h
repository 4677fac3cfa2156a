#pragma once

#include "core/ops/op_graph.h"

#include <map>

namespace lb {

/// The body of a Loop: a serialised GraphProto.
struct OnnxSubgraph {
    std::string bytes;
};
using OnnxAttribute = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                                   std::vector<std::string>, OnnxSubgraph>;
using OnnxAttributes = std::map<std::string, OnnxAttribute>;

class OnnxBuilder;

std::int64_t onnxType(DType dtype); ///< onnx.TensorProto.DataType

/// One op on its way into an ONNX graph: what its recipe reads and where it writes.
///
/// Values keep Keras' layout (images [N, H, W, C]); a recipe that calls a channels-first ONNX
/// operator transposes around it, which ONNX Runtime removes between neighbours.
class OnnxNode {
public:
    OnnxNode(OnnxBuilder& builder, const OpGraph& graph, ValueId id);

    const Config& args() const;
    const Spec& spec() const; ///< of the output
    const Spec& inputSpec(std::size_t index) const;
    std::size_t inputCount() const;
    const std::string& input(std::size_t index) const; ///< its name in the ONNX graph
    std::string inputAs(std::size_t index, DType dtype); ///< cast unless it has that dtype
    const Tensor* constant(std::size_t index) const; ///< its numbers if it is a weight or constant

    std::string initializer(const Tensor& tensor); ///< adds constant numbers
    std::string ints(std::vector<std::int64_t> values); ///< an int64 [n] initializer
    std::string scalar(double value); ///< of the first input's dtype if floating, else float32
    /// Appends an ONNX operator with one output.
    std::string add(std::string type, std::vector<std::string> inputs,
                    OnnxAttributes attributes = {});
    /// The same with several outputs.
    std::vector<std::string> addAll(std::string type, std::vector<std::string> inputs,
                                    OnnxAttributes attributes, std::size_t outputs);
    std::string fresh(std::string_view stem); ///< a name that is not taken, for a subgraph
    void result(std::string name); ///< the op's output; once, last

    /// The common cases.
    Result<> as(std::string type, OnnxAttributes attributes = {}); ///< same inputs, same output
    Result<> asPromoted(std::string type); ///< inputs cast to the output's dtype first
    std::string transposed(std::string x, std::vector<std::int64_t> permutation);

private:
    OnnxBuilder& m_builder;
    const OpGraph& m_graph;
    ValueId m_id;
};

} // namespace lb
