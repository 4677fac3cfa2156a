#include "core/interop/onnx/onnx_builder.h"

namespace lb {
namespace {

// Field numbers of onnx.proto, IR version 9.
constexpr int kGraphNode = 1, kGraphInitializer = 5;
constexpr int kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kNodeType = 4, kNodeAttribute = 5,
              kNodeDomain = 7;
constexpr int kAttributeName = 1, kAttributeFloat = 2, kAttributeInt = 3, kAttributeString = 4,
              kAttributeGraph = 6, kAttributeInts = 8, kAttributeStrings = 9, kAttributeType = 20;
constexpr int kTensorDims = 1, kTensorType = 2, kTensorStrings = 6, kTensorName = 8, kTensorRaw = 9;

ProtobufWriter attributeMessage(const std::string& name, const OnnxAttribute& attribute)
{
    ProtobufWriter message;
    message.bytes(kAttributeName, name);
    if (const auto* integer = std::get_if<std::int64_t>(&attribute)) {
        message.integer(kAttributeInt, *integer).integer(kAttributeType, 2);
    } else if (const auto* real = std::get_if<double>(&attribute)) {
        message.real(kAttributeFloat, static_cast<float>(*real)).integer(kAttributeType, 1);
    } else if (const auto* words = std::get_if<std::string>(&attribute)) {
        message.bytes(kAttributeString, *words).integer(kAttributeType, 3);
    } else if (const auto* list = std::get_if<std::vector<std::string>>(&attribute)) {
        for (const std::string& value : *list)
            message.bytes(kAttributeStrings, value);
        message.integer(kAttributeType, 8);
    } else if (const auto* body = std::get_if<OnnxSubgraph>(&attribute)) {
        message.bytes(kAttributeGraph, body->bytes).integer(kAttributeType, 5);
    } else {
        for (const std::int64_t value : std::get<std::vector<std::int64_t>>(attribute))
            message.integer(kAttributeInts, value);
        message.integer(kAttributeType, 7);
    }
    return message;
}

bool isMl(std::string_view type)
{
    return type == "LabelEncoder";
}

} // namespace

OnnxBuilder::OnnxBuilder(const std::map<ValueId, Tensor>& given)
    : m_given(given)
{
}

std::string OnnxBuilder::fresh(std::string_view stem)
{
    return std::string(stem) + "_" + std::to_string(m_count++);
}

std::string OnnxBuilder::initializer(std::string name, const Tensor& tensor)
{
    ProtobufWriter message;
    for (const std::int64_t dim : tensor.shape())
        message.integer(kTensorDims, dim);
    if (tensor.dtype() == DType::String) {
        message.integer(kTensorType, kOnnxString);
        for (const std::string& value : tensor.values<std::string>())
            message.bytes(kTensorStrings, value);
        message.bytes(kTensorName, name);
        graph.message(kGraphInitializer, message);
        return name;
    }
    const auto raw = tensor.bytes();
    message.integer(kTensorType, onnxType(tensor.dtype()))
        .bytes(kTensorName, name)
        .bytes(kTensorRaw, {reinterpret_cast<const char*>(raw.data()), raw.size()});
    graph.message(kGraphInitializer, message);
    return name;
}

std::string OnnxBuilder::strings(std::string name, std::span<const std::string> values)
{
    ProtobufWriter message;
    message.integer(kTensorDims, std::ssize(values)).integer(kTensorType, kOnnxString);
    for (const std::string& value : values)
        message.bytes(kTensorStrings, value);
    message.bytes(kTensorName, name);
    graph.message(kGraphInitializer, message);
    return name;
}

std::string OnnxBuilder::node(const std::string& type, std::span<const std::string> inputs,
                              const OnnxAttributes& attributes, std::string output)
{
    nodes(type, inputs, attributes, std::span(&output, 1));
    return output;
}

void OnnxBuilder::nodes(const std::string& type, std::span<const std::string> inputs,
                        const OnnxAttributes& attributes, std::span<const std::string> outputs)
{
    m_usesMl = m_usesMl || isMl(type);
    graph.message(kGraphNode, onnxNodeMessage(type, inputs, attributes, outputs));
}

ProtobufWriter onnxNodeMessage(const std::string& type, std::span<const std::string> inputs,
                               const OnnxAttributes& attributes,
                               std::span<const std::string> outputs)
{
    ProtobufWriter message;
    for (const std::string& input : inputs)
        message.bytes(kNodeInput, input);
    for (const std::string& output : outputs)
        message.bytes(kNodeOutput, output);
    message.bytes(kNodeName, outputs.front()).bytes(kNodeType, type);
    for (const auto& [name, attribute] : attributes)
        message.message(kNodeAttribute, attributeMessage(name, attribute));
    if (isMl(type))
        message.bytes(kNodeDomain, "ai.onnx.ml");
    return message;
}

const Tensor* OnnxBuilder::given(ValueId id) const
{
    const auto found = m_given.find(id);
    return found == m_given.end() ? nullptr : &found->second;
}

std::int64_t onnxType(DType dtype)
{
    switch (dtype) {
    case DType::Float16:
        return 10;
    case DType::BFloat16:
        return 16;
    case DType::Float32:
        return 1;
    case DType::UInt8:
        return 2;
    case DType::Int32:
        return 6;
    case DType::Int64:
        return 7;
    case DType::Bool:
        return 9;
    case DType::String:
        return kOnnxString;
    case DType::Float64:
        break;
    }
    return 11;
}

OnnxNode::OnnxNode(OnnxBuilder& builder, const OpGraph& graph, ValueId id)
    : m_builder(builder)
    , m_graph(graph)
    , m_id(id)
{
}

const Config& OnnxNode::args() const
{
    return m_graph.nodes[m_id].args;
}

const Spec& OnnxNode::spec() const
{
    return m_graph.nodes[m_id].spec;
}

const Spec& OnnxNode::inputSpec(std::size_t index) const
{
    return m_graph.nodes[m_graph.nodes[m_id].inputs.at(index)].spec;
}

std::size_t OnnxNode::inputCount() const
{
    return m_graph.nodes[m_id].inputs.size();
}

const std::string& OnnxNode::input(std::size_t index) const
{
    const ValueId id = m_graph.nodes[m_id].inputs.at(index);
    auto found = m_builder.names.find(id);
    if (found == m_builder.names.end()) // a weight or constant that nothing named yet
        found
            = m_builder.names
                  .emplace(id,
                           m_builder.initializer(m_builder.fresh("constant"), *m_builder.given(id)))
                  .first;
    return found->second;
}

std::string OnnxNode::inputAs(std::size_t index, DType dtype)
{
    const std::string name = input(index);
    return inputSpec(index).dtype == dtype ? name : add("Cast", {name}, {{"to", onnxType(dtype)}});
}

const Tensor* OnnxNode::constant(std::size_t index) const
{
    return m_builder.given(m_graph.nodes[m_id].inputs.at(index));
}

std::string OnnxNode::initializer(const Tensor& tensor)
{
    return m_builder.initializer(m_builder.fresh("constant"), tensor);
}

std::string OnnxNode::ints(std::vector<std::int64_t> values)
{
    return initializer(
        Tensor::make<std::int64_t>({std::ssize(values)}, [&](std::span<std::int64_t> out) {
            std::ranges::copy(values, out.begin());
        }));
}

std::string OnnxNode::scalar(double value)
{
    if (inputCount() > 0 && inputSpec(0).dtype == DType::Float64)
        return initializer(Tensor::of<double>({}, {value}));
    return initializer(Tensor::of<float>({}, {static_cast<float>(value)}));
}

std::string OnnxNode::add(std::string type, std::vector<std::string> inputs,
                          OnnxAttributes attributes)
{
    return m_builder.node(type, inputs, attributes, m_builder.fresh(type));
}

std::vector<std::string> OnnxNode::addAll(std::string type, std::vector<std::string> inputs,
                                          OnnxAttributes attributes, std::size_t outputs)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < outputs; ++i)
        names.push_back(m_builder.fresh(type));
    m_builder.nodes(type, inputs, attributes, names);
    return names;
}

std::string OnnxNode::fresh(std::string_view stem)
{
    return m_builder.fresh(stem);
}

void OnnxNode::result(std::string name)
{
    m_builder.names[m_id] = std::move(name);
}

Result<> OnnxNode::as(std::string type, OnnxAttributes attributes)
{
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < inputCount(); ++i)
        inputs.push_back(input(i));
    result(add(std::move(type), std::move(inputs), std::move(attributes)));
    return std::monostate{};
}

Result<> OnnxNode::asPromoted(std::string type)
{
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < inputCount(); ++i)
        inputs.push_back(inputAs(i, spec().dtype));
    result(add(std::move(type), std::move(inputs)));
    return std::monostate{};
}

std::string OnnxNode::transposed(std::string x, std::vector<std::int64_t> permutation)
{
    return add("Transpose", {std::move(x)}, {{"perm", std::move(permutation)}});
}

} // namespace lb
