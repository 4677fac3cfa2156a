#include "core/interop/onnx/onnx_model.h"

#include "core/interop/onnx/onnx_builder.h"
#include "core/layers/hash_onnx.h"
#include "core/support/json.h"

#include <set>

namespace lb {
namespace {

constexpr std::int64_t kIrVersion = 9;
constexpr std::int64_t kOpset = 20;
constexpr std::int64_t kMlOpset = 3;

/// ValueInfoProto: name, element type and shape; an unknown dimension is symbolic.
ProtobufWriter valueInfo(const std::string& name, const Shape& sizes, std::int64_t type)
{
    ProtobufWriter shape;
    for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
        ProtobufWriter dim;
        if (sizes[axis] != kUnknown)
            dim.integer(1, sizes[axis]);
        else
            dim.bytes(2, axis == 0 ? "N" : axis == 1 ? "height" : axis == 2 ? "width" : "size");
        shape.message(1, dim);
    }
    ProtobufWriter tensor;
    tensor.integer(1, type).message(2, shape);
    ProtobufWriter nested;
    nested.message(1, tensor);
    ProtobufWriter info;
    info.bytes(1, name).message(2, nested);
    return info;
}

ProtobufWriter valueInfo(const std::string& name, const Spec& spec)
{
    return valueInfo(name, spec.shape, onnxType(spec.dtype));
}

/// Adds the name of the best class as an output of its own; false if the classes do not fit.
bool addLabels(OnnxBuilder& builder, const OnnxRequest& request, const Spec& output)
{
    if (output.shape.size() != 2 || output.shape[1] != std::ssize(request.labels))
        return false;
    const std::vector<std::string> probabilities{request.outputName};
    const std::string best = builder.node("ArgMax", probabilities,
                                          {{"axis", std::int64_t{1}}, {"keepdims", std::int64_t{0}}},
                                          builder.fresh("best"));
    const std::vector<std::string> chosen{builder.strings("labels", request.labels), best};
    builder.node("Gather", chosen, {{"axis", std::int64_t{0}}}, "label");
    return true;
}

/// The values that lead to the outputs: training-only leftovers stay out of the file.
std::vector<bool> needed(const OpGraph& graph)
{
    std::vector<bool> result(graph.nodes.size(), false);
    for (const ValueId output : graph.outputs)
        result[output] = true;
    for (std::size_t id = graph.nodes.size(); id-- > 0;)
        if (result[id])
            for (const ValueId input : graph.nodes[id].inputs)
                result[input] = true;
    return result;
}

Result<std::map<ValueId, Tensor>> numbersOf(const FlatModel& model,
                                            const std::map<LayerId, std::vector<Tensor>>& weights)
{
    std::map<ValueId, Tensor> given;
    for (const ConstantSpec& constant : model.graph.constants)
        given.emplace(constant.value, constant.tensor);
    for (const FlatWeight& weight : model.weights) {
        const auto found = weights.find(weight.layer);
        if (found == weights.end() || weight.index >= found->second.size()
            || found->second[weight.index].shape() != weight.shape)
            return Error{ErrorCode::BadParameter, weight.spec.name,
                         LB_TR("Error", "has no values that fit; train or load weights first")};
        given.emplace(weight.spec.value, found->second[weight.index]);
    }
    return given;
}

std::string callName(const FlatModel& model, const OpNode& node)
{
    return node.origin < model.calls.size() ? model.calls[node.origin].name
                                            : std::string(node.op->name);
}

std::string inputName(const OnnxRequest& request, const OpGraph& graph, std::size_t index)
{
    if (request.inputNames.size() == graph.inputs.size())
        return request.inputNames[index];
    const std::string first = request.inputNames.empty() ? "input" : request.inputNames.front();
    return first + "_" + std::to_string(index);
}

std::string labelsJson(const std::vector<std::string>& labels)
{
    ConfigList list;
    for (const std::string& label : labels)
        list.emplace_back(label);
    return writeJson(list, JsonStyle::Compact);
}

} // namespace

Result<std::string> onnxModel(const FlatModel& model,
                              const std::map<LayerId, std::vector<Tensor>>& weights,
                              const OnnxRequest& request)
{
    LB_TRY(given, numbersOf(model, weights));
    const OpGraph& graph = model.graph;
    const auto isNeeded = needed(graph);
    OnnxBuilder builder(given);
    for (std::size_t i = 0; i < graph.inputs.size(); ++i)
        builder.names.emplace(graph.inputs[i], inputName(request, graph, i));
    for (ValueId id = 0; id < graph.nodes.size(); ++id) {
        const OpNode& node = graph.nodes[id];
        if (node.fed() || !isNeeded[id])
            continue;
        if (is16Bit(node.spec.dtype))
            return Error{ErrorCode::Unsupported,
                         callName(model, node),
                         {LB_TR("Error",
                                "is rounded to %1 as Keras rounds, which has no ONNX form here: use "
                                "float32"),
                          {std::string(nameOf(node.spec.dtype))}}};
        OnnxNode recipe(builder, graph, id);
        if (node.host) {
            Result<> written = node.host->onnx(recipe);
            if (!written.ok())
                return Error{written.error().code, callName(model, node), written.error().message};
            continue;
        }
        if (!node.op->onnx)
            return Error{ErrorCode::Unsupported,
                         callName(model, node),
                         {LB_TR("Error", "the operation %1 has no ONNX form"),
                          {std::string(node.op->name)}}};
        LB_TRY(done, node.op->onnx(recipe));
        static_cast<void>(done);
    }
    const ValueId output = graph.outputs.front();
    const auto made = builder.names.find(output);
    if (made == builder.names.end())
        return Error{ErrorCode::Unsupported, request.outputName,
                     LB_TR("Error", "does not depend on the input")};
    const std::vector<std::string> last{made->second};
    builder.node("Identity", last, {}, request.outputName);
    const bool labelled = addLabels(builder, request, graph.nodes[output].spec);

    ProtobufWriter onnxGraph = builder.graph;
    onnxGraph.bytes(2, "layerbench");
    for (std::size_t i = 0; i < graph.inputs.size(); ++i)
        onnxGraph.message(
            11, valueInfo(inputName(request, graph, i), graph.nodes[graph.inputs[i]].spec));
    onnxGraph.message(12, valueInfo(request.outputName, graph.nodes[output].spec));
    if (labelled)
        onnxGraph.message(12, valueInfo("label", {graph.nodes[output].spec.shape[0]}, kOnnxString));
    ProtobufWriter opset;
    opset.bytes(1, "").integer(2, kOpset);
    ProtobufWriter labels;
    labels.bytes(1, "labels").bytes(2, labelsJson(request.labels));
    ProtobufWriter file;
    file.integer(1, kIrVersion)
        .bytes(2, "Layerbench")
        .bytes(3, request.producerVersion)
        .message(7, onnxGraph)
        .message(8, opset);
    if (builder.usesMl()) {
        ProtobufWriter ml;
        ml.bytes(1, "ai.onnx.ml").integer(2, kMlOpset);
        file.message(8, ml);
    }
    file.message(14, labels);
    return file.result();
}

std::vector<Message> onnxLimits(const FlatModel& model)
{
    const OpGraph& graph = model.graph;
    const auto isNeeded = needed(graph);
    std::vector<Message> limits;
    std::set<std::string> named;
    for (ValueId id = 0; id < graph.nodes.size(); ++id) {
        const OpNode& node = graph.nodes[id];
        const auto* work = dynamic_cast<const hash_onnx::HashesStrings*>(node.host.get());
        const bool strings = std::ranges::any_of(node.inputs, [&](ValueId input) {
            return graph.nodes[input].spec.dtype == DType::String;
        });
        if (isNeeded[id] && work && work->hashesStrings() && strings
            && named.insert(callName(model, node)).second)
            limits.push_back(
                {LB_TR("Export",
                       "in model.onnx, %1 hashes only strings of ASCII and of at most %2 bytes; any "
                       "other ends the run in ONNX Runtime"),
                 {callName(model, node), hash_onnx::kMostBytes}});
    }
    return limits;
}

} // namespace lb
