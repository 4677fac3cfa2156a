// Writes every layer's contract examples as ONNX models, with inputs and the reference's answers:
// onnx_examples FOLDER. test_onnx.py runs them with ONNX Runtime.

#include "core/conform/numbers.h"
#include "core/interop/onnx/onnx_model.h"
#include "core/ops/interpreter.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/support/random_stream.h"
#include "core/tensor/npy.h"

#include <algorithm>
#include <array>
#include <cstdio>

using namespace lb;

namespace {

/// Numbers in -2..2 (variances in 0.5..2.5, pixels in 0..255, ids in 0..7, any integers as `keys`),
/// and words; the same every time.
Tensor numbers(const Spec& spec, std::uint64_t stream, bool positive, bool keys = false)
{
    const RandomStream draws(StreamKey{7}, 0, stream);
    if (spec.dtype == DType::String)
        return Tensor::make<std::string>(spec.shape, [&](std::span<std::string> out) {
            static const std::array words{"cyan", "The CAT!", "", "celeste", "the cat  sat, don't a\tb\nc",
                                          "é É “x” 東京\u00a0a", " ...  ", "never seen", "a"};
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = words[(i + stream) % words.size()];
        });
    if (spec.dtype == DType::Int64 && keys)
        return Tensor::make<std::int64_t>(spec.shape, [&](std::span<std::int64_t> out) {
            static constexpr std::array some{42, -7, 1138, 0, 2, 12, 1, -40, 3};
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = some[(i + stream) % some.size()];
        });
    if (spec.dtype == DType::UInt8)
        return Tensor::make<std::uint8_t>(spec.shape, [&](std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>(256 * draws.uniform(0, i));
        });
    if (spec.dtype == DType::Int64)
        return Tensor::make<std::int64_t>(spec.shape, [&](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int64_t>(8 * draws.uniform(0, i));
        });
    return Tensor::make<float>(spec.shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = positive ? 0.5f + 2 * draws.uniform(0, i) : 4 * draws.uniform(0, i) - 2;
    });
}

FlatModel modelOf(const LayerType& layer, const Example& example, OpGraph graph)
{
    FlatModel model;
    model.graph = std::move(graph);
    model.calls.push_back({NodeId{1},
                           LayerId{1},
                           std::string(layer.kerasClass()),
                           {},
                           &layer,
                           example.config,
                           model.graph.inputs,
                           model.graph.outputs});
    for (std::size_t i = 0; i < model.graph.weights.size(); ++i) {
        const WeightSpec& weight = model.graph.weights[i];
        model.weights.push_back(
            {LayerId{1}, i, weight, model.graph.nodes[weight.value].spec.shape});
    }
    return model;
}

/// The model with its first `open` axes open.
Result<std::string> written(const LayerType& layer, const Example& example,
                            const std::map<LayerId, std::vector<Tensor>>& weights,
                            std::size_t open)
{
    std::vector<Spec> inputs = example.inputs;
    for (Spec& input : inputs)
        std::fill_n(input.shape.begin(), std::min(open, input.shape.size()), kUnknown);
    LB_TRY(graph, describedBy(layer, example.config, inputs));
    OnnxRequest request;
    request.producerVersion = "test";
    return onnxModel(modelOf(layer, example, graph), weights, request);
}

/// Whether the first axis counts samples: what goes in comes out. A single image has none.
bool hasBatch(const LayerType& layer, const Example& example)
{
    std::vector<Spec> inputs = example.inputs;
    for (Spec& input : inputs)
        if (!input.shape.empty())
            input.shape.front() = kUnknown;
    const auto graph = describedBy(layer, example.config, inputs);
    if (!graph.ok())
        return false;
    const Shape& y = graph.value().nodes[graph.value().outputs.front()].spec.shape;
    return !y.empty() && y.front() == kUnknown && !example.name.starts_with("one image");
}

bool save(const std::filesystem::path& path, std::string_view bytes)
{
    const Result<> saved = saveAtomically(path, bytes);
    if (!saved.ok())
        std::fprintf(stderr, "%s: %s\n", path.c_str(), english(saved.error().message).c_str());
    return saved.ok();
}

/// A .npy file, or a .json file of strings.
bool save(const std::string& stem, const Tensor& tensor)
{
    return tensor.dtype() == DType::String
        ? save(std::filesystem::path(stem + ".json"), writeJson(listsOf(tensor), JsonStyle::Compact))
        : save(std::filesystem::path(stem + ".npy"), encodeNpy(tensor));
}

/// Writes one example's files; the entry of the list, or null if something went wrong.
Config example(const LayerType& layer, const Example& example, const std::filesystem::path& stem)
{
    const auto graph = describedBy(layer, example.config, example.inputs);
    if (!graph.ok())
        return {};
    const bool looksUp = std::ranges::any_of(
        graph.value().nodes, [](const OpNode& node) { return node.host != nullptr; });
    if (looksUp)
        if (const auto model = written(layer, example, {}, 0); !model.ok())
            return ConfigObject{{"layer", std::string(layer.kerasClass())},
                                {"example", example.name},
                                {"error", english(model.error().message)}};
    Interpreter<float> run(graph.value());
    std::map<LayerId, std::vector<Tensor>> weights;
    for (const WeightSpec& weight : graph.value().weights) {
        const Spec& spec = graph.value().nodes[weight.value].spec;
        const bool positive = weight.name.find("variance") != std::string::npos;
        weights[LayerId{1}].push_back(numbers(spec, weight.value, positive));
        run.set(weight.value, weights[LayerId{1}].back());
    }
    bool good = true;
    for (std::size_t i = 0; i < example.inputs.size(); ++i) {
        const Tensor input = numbers(example.inputs[i], 1'000 + i, false, looksUp);
        run.set(graph.value().inputs[i], input);
        good &= save(stem.string() + ".x" + std::to_string(i), input);
    }
    run.forward();
    good &= save(stem.string() + ".y", run.tensor(graph.value().outputs.front()));
    const bool open = hasBatch(layer, example);
    const auto model = written(layer, example, weights, open ? 1 : 0);
    std::string reason;
    if (model.ok())
        good &= save(stem.string() + ".onnx", model.value());
    else
        reason = english(model.error().message);
    const bool image = example.inputs.front().shape.size() == 4; // of any size
    const auto openSize = written(layer, example, weights, 3);
    if (image && openSize.ok())
        good &= save(stem.string() + ".open.onnx", openSize.value());
    if (!good)
        return {};
    return ConfigObject{{"layer", std::string(layer.kerasClass())},
                        {"example", example.name},
                        {"stem", stem.filename().string()},
                        {"inputs", std::ssize(example.inputs)},
                        {"open_batch", open},
                        {"open_size", image && openSize.ok()},
                        {"error", reason}};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    const std::filesystem::path folder = argv[1];
    LayerRegistry registry;
    registerBuiltinLayers(registry);
    ConfigList list;
    for (const LayerType* layer : registry.layers())
        for (const Example& one : layer->contractExamples()) {
            list.push_back(example(*layer, one, folder / ("case" + std::to_string(list.size()))));
            if (list.back().isNull()) {
                std::fprintf(stderr, "%s: %s cannot be described\n",
                             std::string(layer->kerasClass()).c_str(), one.name.c_str());
                return 1;
            }
        }
    return save(folder / "list.json", writeJson(list, JsonStyle::Canonical)) ? 0 : 1;
}
