#include "core/conform/ragged_call.h"

#include "core/conform/numbers.h"
#include "core/layers/vocabulary_layer.h"

#include <numeric>

namespace lb {
namespace {

Tensor integers(const std::vector<std::int64_t>& values)
{
    return Tensor::make<std::int64_t>({std::ssize(values)}, [&](std::span<std::int64_t> out) {
        std::ranges::copy(values, out.begin());
    });
}

bool isNone(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value && value->isNull();
}

/// How many runs of words a row of `tokens` has; `ngrams` is the largest length, or a list of lengths.
std::int64_t runsOf(std::int64_t tokens, const Config& ngrams)
{
    std::int64_t all = 0;
    const auto add = [&](std::int64_t width) { all += std::max<std::int64_t>(tokens - width + 1, 0); };
    if (const auto* most = ngrams.as<std::int64_t>())
        for (std::int64_t width = 1; width <= std::min(*most, tokens); ++width)
            add(width);
    if (const auto* list = ngrams.as<ConfigList>())
        for (const Config& each : *list)
            if (const auto* width = each.as<std::int64_t>())
                add(*width);
    return all;
}

/// The first `width` columns.
Tensor cut(const Tensor& rows, std::int64_t width)
{
    const auto from = static_cast<std::size_t>(rows.shape().back());
    const auto to = static_cast<std::size_t>(width);
    Shape shape = rows.shape();
    shape.back() = width;
    return Tensor::make<std::int64_t>(shape, [&](std::span<std::int64_t> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = rows.values<std::int64_t>()[i / to * from + i % to];
    });
}

} // namespace

bool asksForRagged(const LayerType& layer, const Config& config)
{
    const Config* ragged = config.find("ragged");
    const Config* mode = config.find("output_mode");
    return layer.kerasClass() == "TextVectorization" && ragged && *ragged == Config(true)
        && (!mode || *mode == Config("int"));
}

Result<LayerAnswer> raggedAnswer(const LayerCall& call, const LayerRegistry& registry,
                                 const Limits& limits)
{
    LayerCall padded = call;
    LB_TRY(layer, withParam(call.layer, "config/ragged", false));
    padded.layer = layer;
    LB_TRY(answer, answered(padded, registry, limits));
    const Tensor& ids = answer.outputs.at(0);
    const Tensor& texts = call.inputs.at(0);
    const Config& config = *padded.layer.find("config");
    const Config* most = config.find("output_sequence_length");
    const auto* length = most ? most->as<std::int64_t>() : nullptr;
    const bool unsplit = isNone(config, "split");
    const Config* ngrams = config.find("ngrams");
    const bool joins = unsplit && ngrams && !ngrams->isNull();
    if (texts.shape().size() > 2 || (joins && texts.shape().size() != 1))
        return Error{ErrorCode::Unsupported, "ragged",
                     LB_TR("Error", "rows of different lengths are made of one column of texts, split")};
    if (unsplit || texts.shape().empty()) { // one tensor: there is nothing to pad
        if (length && unsplit && !texts.shape().empty()) {
            const std::int64_t words = texts.shape().back();
            const std::int64_t has = joins ? runsOf(words, *ngrams) : words;
            if (has < *length)
                answer.outputs[0] = cut(ids, has);
        }
        return std::move(answer);
    }
    LB_TRY(known, registry.find("TextVectorization"));
    const auto& splitter = dynamic_cast<const VocabularyLayerType&>(*known);
    std::vector<std::int64_t> values, lengths;
    const auto width = static_cast<std::size_t>(ids.shape().back());
    for (const std::string& text : texts.values<std::string>()) {
        LB_TRY(split, splitter.split(config, text));
        const std::size_t row = lengths.size() * width;
        const std::size_t count = std::min(split.tokens.size(), width);
        const auto found = ids.values<std::int64_t>().subspan(row, count);
        values.insert(values.end(), found.begin(), found.end());
        lengths.push_back(static_cast<std::int64_t>(count));
    }
    answer.outputs = {integers(values), integers(lengths)};
    answer.masks.assign(2, std::nullopt);
    answer.ragged = true;
    return std::move(answer);
}

Result<Config> raggedLists(const LayerAnswer& answer)
{
    const auto values = answer.outputs.at(0).values<std::int64_t>();
    const auto lengths = answer.outputs.at(1).values<std::int64_t>();
    if (std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}) != std::ssize(values))
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "the rows do not fit the values")};
    ConfigList rows;
    std::size_t next = 0;
    for (const std::int64_t length : lengths) {
        ConfigList row;
        for (std::int64_t i = 0; i < length; ++i)
            row.emplace_back(values[next++]);
        rows.emplace_back(std::move(row));
    }
    return Config(std::move(rows));
}

} // namespace lb
