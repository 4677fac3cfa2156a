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
#include <limits>

using namespace lb;

namespace {

/// Numbers in -2..2 (variances in 0.5..2.5, pixels in 0..255, ids in 0..7, any integers as `keys`),
/// and words; the same every time.
Tensor numbers(const Spec& spec, std::uint64_t stream, bool positive, bool keys = false,
               bool ascii = false)
{
    const RandomStream draws(StreamKey{7}, 0, stream);
    if (spec.dtype == DType::String)
        return Tensor::make<std::string>(spec.shape, [&](std::span<std::string> out) {
            static const std::array words{"cyan", "The CAT!", "", "celeste", "the cat  sat, don't a\tb\nc",
                                          "é É “x” 東京\u00a0a", " ...  ", "never seen", "a"};
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = words[(i + stream) % words.size()];
            if (ascii) // what is hashed
                std::ranges::replace_if(
                    out, [](const std::string& word) { return word.find('\xc3') != word.npos; },
                    "Turquoise\t~");
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

/// Strings of every length from 0 to 64, of every ASCII character but NUL.
Tensor everyLength()
{
    return Tensor::make<std::string>({65}, [](std::span<std::string> out) {
        int next = 1;
        for (std::size_t size = 0; size < out.size(); ++size)
            for (std::size_t i = 0; i < size; ++i, next = next % 127 + 1)
                out[size].push_back(static_cast<char>(next));
    });
}

/// Of every number of digits, both signs, and the ends of their range.
Tensor everySize()
{
    return Tensor::make<std::int64_t>({42}, [](std::span<std::int64_t> out) {
        std::int64_t power = 1;
        for (std::size_t i = 0; i + 4 <= out.size(); i += 2) {
            out[i] = power + static_cast<std::int64_t>(i);
            out[i + 1] = 1 - power;
            power = i < 36 ? power * 10 : power;
        }
        out[40] = std::numeric_limits<std::int64_t>::min();
        out[41] = std::numeric_limits<std::int64_t>::max();
    });
}

Tensor texts()
{
    return Tensor::of<std::string>(
        {7}, {"the cat sat", "", "cat the the cat, the cat sat on the mat", " ", "sat",
              "é É “x” 東京\u00a0a the", "the\tcat"});
}

/// What the layers' own examples do not ask.
struct Question {
    std::string kerasClass;
    Example example;
    std::vector<Tensor> inputs;
};
std::vector<Question> questions()
{
    std::vector<Question> all;
    const auto ask = [&](const char* kerasClass, const char* name, ConfigObject config,
                         std::vector<Tensor> inputs) {
        std::vector<Spec> specs;
        for (const Tensor& input : inputs)
            specs.push_back({input.dtype(), input.shape(), {}});
        all.push_back({kerasClass, Example(name, std::move(config), specs), std::move(inputs)});
    };
    const std::int64_t many = 1'000'003; // so that a wrong bit shows
    const ConfigList salt{133, -137};
    ask("Hashing", "strings of every length", {{"num_bins", many}}, {everyLength()});
    ask("Hashing", "strings of every length, salted", {{"num_bins", many}, {"salt", salt}}, {everyLength()});
    ask("Hashing", "integers of every size", {{"num_bins", many}}, {everySize()});
    ask("Hashing", "integers of every size, salted and masked",
        {{"num_bins", many}, {"salt", 7}, {"mask_value", -9}}, {everySize()});
    ask("Hashing", "numbers with a fraction", {{"num_bins", many}, {"mask_value", 2.5}},
        {Tensor::of<float>({4}, {1.5f, -3.75f, 2.5f, 1e6f})});
    ask("Hashing", "yes and no", {{"num_bins", many}}, {Tensor::of<bool>({2}, {true, false})});
    ask("Hashing", "vectors", {{"num_bins", 7}, {"output_mode", "one_hot"}}, {everySize().reshaped({42, 1})});
    ask("HashedCrossing", "strings and integers", {{"num_bins", many}},
        {everyLength(), Tensor::make<std::int64_t>({65}, [](std::span<std::int64_t> out) {
             for (std::size_t i = 0; i < out.size(); ++i)
                 out[i] = static_cast<std::int64_t>(i) * 1'234'567'890'123 - 40'000'000'000'000;
         }),
         everyLength()});
    ask("IntegerLookup", "unknown ones hashed",
        {{"vocabulary", ConfigList{42, -7}}, {"num_oov_indices", 1000}, {"oov_method", "farmhash"}},
        {everySize()});
    ask("StringLookup", "unknown ones hashed, known ones of any letters",
        {{"vocabulary", ConfigList{"東京", "é"}}, {"num_oov_indices", 1000}, {"salt", salt}},
        {Tensor::of<std::string>({4}, {"é", "tokyo", "東京", ""})});
    const ConfigList words{"the", "cat", "the cat", "cat sat", "the cat sat"};
    const auto text = [&](const char* name, ConfigObject more) {
        more.emplace("vocabulary", words);
        ask("TextVectorization", name, std::move(more), {texts()});
    };
    text("runs of words", {{"ngrams", 3}});
    text("runs of words, cut", {{"ngrams", 3}, {"output_sequence_length", 4}});
    text("runs of words, filled up", {{"ngrams", 2}, {"output_sequence_length", 40}});
    text("runs of two lengths, counted", {{"ngrams", ConfigList{3, 2}}, {"output_mode", "count"}});
    text("runs of one length", {{"ngrams", ConfigList{2}}});
    const auto letters = [&](const char* name, ConfigObject more) {
        more.emplace("vocabulary", ConfigList{"t", "e", "-", "ab", "東", " ", "]"});
        more.emplace("split", "character");
        ask("TextVectorization", name, std::move(more), {texts()});
    };
    letters("letters", {{"output_sequence_length", 12}});
    letters("letters as they are", {{"output_sequence_length", 5}, {"standardize", Config()}});
    letters("which letters", {{"output_mode", "multi_hot"}});
    letters("how many letters", {{"output_mode", "count"}, {"max_tokens", 10}, {"pad_to_max_tokens", true}});
    return all;
}

/// Writes one example's files; the entry of the list, or null if something went wrong. `given`: its
/// inputs, in place of drawn ones.
Config example(const LayerType& layer, const Example& example, const std::filesystem::path& stem,
               const std::vector<Tensor>& given = {})
{
    const bool hashes = layer.kerasClass().starts_with("Hash") || layer.kerasClass() == "FeatureSpace"
        || example.config.find("num_oov_indices");
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
        const Tensor input = given.empty()
            ? numbers(example.inputs[i], 1'000 + i, false, looksUp, hashes)
            : given[i];
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
    for (const Question& question : questions()) {
        list.push_back(example(*registry.find(question.kerasClass).value(), question.example,
                               folder / ("case" + std::to_string(list.size())), question.inputs));
        if (list.back().isNull()) {
            std::fprintf(stderr, "%s: %s cannot be described\n", question.kerasClass.c_str(),
                         question.example.name.c_str());
            return 1;
        }
    }
    return save(folder / "list.json", writeJson(list, JsonStyle::Canonical)) ? 0 : 1;
}
