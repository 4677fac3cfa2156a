#include "core/interop/keras/keras_assets.h"

#include "core/data/csv_dialect.h"
#include "core/support/utf8.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::string_view kVariables = "/vars";

/// Bytes of the line break at `at`, as Python's str.splitlines() sees it; 0: there is none.
std::size_t lineBreak(std::string_view text, std::size_t at)
{
    using namespace std::string_view_literals;
    const char c = text[at];
    if (c == '\r')
        return text.substr(at).starts_with("\r\n"sv) ? 2 : 1;
    if (c == '\n' || c == '\v' || c == '\f' || (c >= '\x1c' && c <= '\x1e'))
        return 1;
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\xC2\x85"sv))
        return 2;
    return rest.starts_with("\xE2\x80\xA8"sv) || rest.starts_with("\xE2\x80\xA9"sv) ? 3 : 0;
}

bool hasLineBreak(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i)
        if (lineBreak(text, i) > 0)
            return true;
    return false;
}

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = lineBreak(text, at);
        if (length > 0) {
            lines.emplace_back(text.substr(begin, at - begin));
            begin = at + length;
        }
        at += std::max<std::size_t>(length, 1);
    }
    if (begin < text.size())
        lines.emplace_back(text.substr(begin));
    while (!lines.empty() && lines.back().empty()) // as Keras does
        lines.pop_back();
    return lines;
}

} // namespace

std::string kerasVocabularyText(const Tensor& tokens)
{
    std::vector<std::string> lines;
    if (tokens.dtype() == DType::Int64)
        for (const std::int64_t token : tokens.values<std::int64_t>())
            lines.push_back(std::to_string(token));
    else
        lines.assign(tokens.values<std::string>().begin(), tokens.values<std::string>().end());
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
        text += (i == 0 ? "" : "\n") + lines[i];
    return text;
}

namespace {

Result<Tensor> tokensOf(const std::vector<std::string>& lines, DType dtype, const std::string& where)
{
    const std::int64_t count = std::ssize(lines);
    if (dtype == DType::String)
        return Tensor::make<std::string>({count}, [&](std::span<std::string> out) {
            std::ranges::copy(lines, out.begin());
        });
    std::vector<std::int64_t> numbers;
    for (const std::string& line : lines) {
        const auto number = integerIn(line);
        if (!number)
            return Error{ErrorCode::BadFile,
                         where,
                         {LB_TR("Error", "line %1 is no integer"), {std::ssize(numbers) + 1}}};
        numbers.push_back(*number);
    }
    return Tensor::make<std::int64_t>(
        {count}, [&](std::span<std::int64_t> out) { std::ranges::copy(numbers, out.begin()); });
}

const VocabularyLayerType* learningVocabulary(const LayerType& type, const Config& config)
{
    const auto* vocabulary = dynamic_cast<const VocabularyLayerType*>(&type);
    return vocabulary && vocabulary->needsState(config) ? vocabulary : nullptr;
}

/// Folders of a layer in "assets/"; a TextVectorization keeps its lookup's as well.
std::vector<std::string> foldersOf(std::string_view variables, std::string_view kerasClass)
{
    const std::string folder
        = "assets/" + std::string(variables.substr(0, variables.size() - kVariables.size()));
    std::vector<std::string> folders{folder};
    if (kerasClass == "TextVectorization")
        folders.push_back(folder + "/_lookup_layer");
    return folders;
}

} // namespace

std::optional<KerasVocabulary> kerasVocabulary(const LayerType& type, const Config& config,
                                               const StateHandle& state)
{
    const VocabularyLayerType* vocabulary = learningVocabulary(type, config);
    if (!vocabulary || !state)
        return std::nullopt;
    const auto tokens = vocabulary->vocabulary(config, state);
    if (!tokens.ok())
        return std::nullopt; // the layer could not be described either
    KerasVocabulary result{tokens.value(), true, vocabulary->idfWeights(config, state)};
    result.asLines = !result.idf;
    if (result.asLines && result.tokens.dtype() == DType::String) {
        const auto values = result.tokens.values<std::string>();
        result.asLines = !values.empty() && !values.back().empty()
            && std::ranges::none_of(values, hasLineBreak);
    }
    return result;
}

std::map<std::string, std::string> kerasAssets(const Document& document, const FlatModel& model,
                                               const std::vector<KerasVariables>& variables)
{
    std::map<std::string, std::string> members;
    for (const KerasVariables& layer : variables) {
        const LayerDef* known = document.layer(layer.layer);
        const auto call = std::ranges::find(model.calls, layer.layer, &CallOrigin::layer);
        if (!known || call == model.calls.end())
            continue;
        const auto vocabulary = kerasVocabulary(*call->type, known->config, known->adapted);
        if (!vocabulary || !vocabulary->asLines)
            continue;
        const std::string text = kerasVocabularyText(vocabulary->tokens);
        for (const std::string& folder : foldersOf(layer.path, known->kerasClass))
            members.emplace(folder + "/vocabulary.txt", text);
    }
    return members;
}

Result<StateHandle> readKerasVocabulary(const ZipReader& zip, std::string_view variables,
                                        const VocabularyLayerType& type, const Config& config,
                                        const std::string& name, const Limits& limits)
{
    const std::string member = foldersOf(variables, type.kerasClass()).front() + "/vocabulary.txt";
    if (!zip.contains(member))
        return Error{ErrorCode::BadFile,
                     name,
                     {LB_TR("Error", "has learned a vocabulary, and %1 is missing"), {member}}};
    LB_TRY(text, zip.read(member, limits.archiveBytes));
    if (!isUtf8(text))
        return Error{ErrorCode::BadFile, member, LB_TR("Error", "is not written in UTF-8")};
    LB_TRY(empty, type.vocabulary(config, nullptr));
    LB_TRY(tokens, tokensOf(linesOf(text), empty.dtype(), member));
    const Config* mode = config.find("output_mode");
    std::optional<Tensor> idf; // a place for what stands among the weights
    if (mode && *mode == Config("tf_idf"))
        idf = Tensor::make<float>(tokens.shape(), [](std::span<float>) {});
    Result<StateHandle> state = type.withVocabulary(config, tokens, idf);
    if (!state.ok())
        return Error{ErrorCode::BadFile, member + " (" + name + ")", state.error().message};
    return state;
}

Result<> takeKerasAssets(const ZipReader& zip, const std::vector<KerasPlace>& places,
                         const LayerRegistry& registry, const Limits& limits, Document& document)
{
    for (auto& layer : document.layers) {
        const auto type = registry.find(layer->kerasClass);
        const VocabularyLayerType* vocabulary
            = type.ok() ? learningVocabulary(*type.value(), layer->config) : nullptr;
        const auto place = std::ranges::find(places, layer->id, &KerasPlace::layer);
        if (!vocabulary || place == places.end())
            continue;
        LB_TRY(state, readKerasVocabulary(zip, place->path, *vocabulary, layer->config, layer->name,
                                          limits));
        auto adapted = std::make_shared<LayerDef>(*layer);
        adapted->adapted = std::move(state);
        layer = std::move(adapted);
    }
    return std::monostate{};
}

} // namespace lb
