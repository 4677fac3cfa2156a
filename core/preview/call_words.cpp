#include "core/preview/call_words.h"

#include "core/layers/vocabulary_layer.h"
#include "core/tensor/number_words.h"

namespace lb {
namespace {

bool mapsToIds(const Config& config)
{
    const Config* mode = config.find("output_mode");
    const auto* name = mode ? mode->as<std::string>() : nullptr;
    return !name || *name == "int";
}

/// The words of a call's input that its outputs stand for, one by one; empty where they do not.
std::vector<std::string> wordsInto(const Plan& plan, const CallOrigin& call, std::size_t outputs)
{
    if (call.inputs.size() != 1 || !mapsToIds(call.config))
        return {};
    const Tensor input = plan.value(call.inputs.front());
    if (elementCount(input.shape()) != 1)
        return {};
    std::vector<std::string> words{elementText(input, 0)};
    const auto* vocabulary = dynamic_cast<const VocabularyLayerType*>(call.type);
    if (vocabulary && input.dtype() == DType::String)
        if (auto split = vocabulary->split(call.config, words.front()); split.ok())
            words = std::move(split.value().tokens);
    words.resize(std::min(words.size(), outputs)); // what is cut off became nothing
    return words;
}

/// Whether an id of a layer that looks words up stands for all that it does not know.
bool isUnknown(const CallOrigin& call, const std::string& id)
{
    const auto number = [&](const char* key, std::int64_t otherwise) {
        const Config* found = call.config.find(key);
        const auto* value = found ? found->as<std::int64_t>() : nullptr;
        return value ? *value : otherwise;
    };
    const auto* vocabulary = dynamic_cast<const VocabularyLayerType*>(call.type);
    const auto value = vocabulary ? integerOf(id) : std::nullopt;
    if (!value)
        return false;
    const Config* invert = call.config.find("invert");
    if (const auto* turned = invert ? invert->as<bool>() : nullptr; turned && *turned)
        return false;
    const Config* mask = call.config.find("mask_token");
    const bool masked = call.type->kerasClass() == "TextVectorization" || (mask && !mask->isNull());
    const std::int64_t first = masked ? 1 : 0;
    return *value >= first && *value < first + number("num_oov_indices", 1);
}

} // namespace

ValueWords wordsOfCall(const Plan& plan, std::optional<std::size_t> index, const Tensor& value)
{
    ValueWords words = wordsOf(value);
    if (words.kind != ValueWords::Kind::Numbers || !index)
        return words;
    const CallOrigin& call = plan.model().calls[*index];
    const auto count = static_cast<std::size_t>(elementCount(value.shape()));
    ValueWords pairs = pairsOf(wordsInto(plan, call, count), value);
    if (pairs.empty())
        return words;
    for (ValueWords::Line& line : pairs.lines)
        line.unknown = isUnknown(call, line.to);
    return pairs;
}

} // namespace lb
