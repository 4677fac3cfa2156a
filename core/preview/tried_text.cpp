#include "core/preview/tried_text.h"

#include "core/conform/layer_call.h"
#include "core/layers/vocabulary_layer.h"
#include "core/tensor/dispatch.h"

#include <unordered_map>
#include <unordered_set>

namespace lb {
namespace {

TriedText failed(Error error)
{
    TriedText result;
    result.error = std::move(error);
    return result;
}

/// "int64 (1, 48)".
std::string described(const Tensor& tensor)
{
    std::string text(nameOf(tensor.dtype()));
    text += " (";
    for (std::size_t i = 0; i < tensor.shape().size(); ++i)
        text += (i ? ", " : "") + std::to_string(tensor.shape()[i]);
    return text + ")";
}

std::vector<double> numbersOf(const Tensor& tensor)
{
    std::vector<double> numbers;
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        for (const Number value : tensor.values<Number>())
            numbers.push_back(static_cast<double>(value));
    });
    return numbers;
}

/// The layer's own answer to one row.
Result<Tensor> answerTo(const LayerDef& layer, const LayerRegistry& registry,
                        const std::string& sentence)
{
    LayerCall call;
    call.layer = ConfigObject{{"class_name", layer.kerasClass}, {"config", layer.config}};
    call.inputs.push_back(Tensor::make<std::string>(
        {1, 1}, [&](std::span<std::string> out) { out[0] = sentence; }));
    call.state = layer.adapted;
    LB_TRY(answer, answered(call, registry));
    return answer.outputs.front();
}

/// Ids of the sentence's words, of those that the vocabulary has.
std::unordered_map<std::string_view, std::int64_t> idsOf(const std::vector<std::string>& words,
                                                         std::span<const std::string> vocabulary)
{
    const std::unordered_set<std::string_view> wanted(words.begin(), words.end());
    std::unordered_map<std::string_view, std::int64_t> ids;
    for (std::size_t id = 0; id < vocabulary.size(); ++id)
        if (const auto found = wanted.find(vocabulary[id]); found != wanted.end())
            ids.emplace(*found, static_cast<std::int64_t>(id));
    return ids;
}

bool givesIds(const Config& config)
{
    const Config* mode = config.find("output_mode");
    const auto* name = mode ? mode->as<std::string>() : nullptr;
    return !name || *name == "int";
}

/// The ids of a row put back into words, up to the padding behind the last one.
std::string decoded(std::span<const double> ids, std::span<const std::string> vocabulary)
{
    std::size_t end = ids.size();
    while (end > 0 && ids[end - 1] == 0)
        --end;
    std::string text;
    for (const double id : ids.first(end))
        if (id >= 0 && id < static_cast<double>(vocabulary.size()))
            text += (text.empty() ? "" : " ") + vocabulary[static_cast<std::size_t>(id)];
    return text;
}

} // namespace

TriedText tried(const LayerDef& layer, const LayerRegistry& registry, const std::string& sentence)
{
    const auto type = registry.find(layer.kerasClass);
    const auto* words
        = type.ok() ? dynamic_cast<const VocabularyLayerType*>(type.value()) : nullptr;
    if (!words || layer.kerasClass == "IntegerLookup")
        return failed({ErrorCode::Unsupported, layer.name,
                       LB_TR("Error", "does not look words up; choose a layer that does")});
    Result<SplitText> split = words->split(layer.config, sentence);
    if (!split.ok())
        return failed(std::move(split.error()));
    Result<Tensor> output = answerTo(layer, registry, sentence);
    if (!output.ok())
        return failed(std::move(output.error()));
    const Result<Tensor> tokens = words->vocabulary(layer.config, layer.adapted);
    if (!tokens.ok())
        return failed(tokens.error());
    const auto vocabulary = tokens.value().values<std::string>();

    TriedText result;
    result.standardized = split.value().standardized;
    result.output = numbersOf(output.value());
    result.ids = givesIds(layer.config);
    result.dtype = described(output.value());
    if (result.ids)
        result.decoded = decoded(result.output, vocabulary);
    const auto ids = idsOf(split.value().tokens, vocabulary);
    const std::int64_t firstUnknown = !vocabulary.empty() && vocabulary[0] == "" ? 1 : 0;
    for (std::string& word : split.value().tokens) {
        const auto found = ids.find(word);
        const std::size_t place = result.tokens.size();
        const std::int64_t id = found != ids.end() ? found->second
            : result.ids && place < result.output.size()
            ? static_cast<std::int64_t>(result.output[place])
            : firstUnknown;
        const bool oov = found == ids.end() || word == "[UNK]";
        result.tokens.push_back({word, id, oov});
    }
    return result;
}

} // namespace lb
