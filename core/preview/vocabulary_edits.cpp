#include "core/preview/vocabulary_edits.h"

#include "core/layers/index_lookup.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"

#include <algorithm>
#include <unordered_set>

namespace lb {
namespace {

/// A learned vocabulary taken apart.
template <typename Token> struct OpenVocabulary {
    std::vector<Token> special, tokens, pinned;
    AdaptedState state;

    bool isPinned(const Token& token) const
    {
        return std::ranges::find(pinned, token) != pinned.end();
    }
    StateHandle closed()
    {
        const auto store = [&](const char* name, const std::vector<Token>& values) {
            state.tensors.insert_or_assign(
                name, Tensor::make<Token>({std::ssize(values)}, [&](std::span<Token> out) {
                    std::ranges::copy(values, out.begin());
                }));
        };
        store(lookup_state::kVocabulary, tokens);
        if (pinned.empty())
            state.tensors.erase(lookup_state::kPinned);
        else
            store(lookup_state::kPinned, pinned);
        return std::make_shared<const AdaptedState>(std::move(state));
    }
};

Error badToken(const LayerDef& layer, Message reason)
{
    return {ErrorCode::BadParameter, layer.name, std::move(reason)};
}

/// The layer's tokens. Errors: Unsupported.
Result<Tensor> learnedTokens(const LayerDef& layer, const LayerRegistry& registry)
{
    LB_TRY(type, registry.find(layer.kerasClass));
    const auto* words = dynamic_cast<const VocabularyLayerType*>(type);
    if (!words || !layer.adapted || !words->needsState(layer.config))
        return Error{ErrorCode::Unsupported, layer.name,
                     LB_TR("Error", "has no learned vocabulary; adapt it or import one, or edit the "
                                    "tokens in its parameters")};
    return words->vocabulary(layer.config, layer.adapted);
}

template <typename Token>
Result<OpenVocabulary<Token>> opened(const LayerDef& layer, const Tensor& all, std::size_t id)
{
    OpenVocabulary<Token> open;
    open.state = *layer.adapted;
    const auto take = [&](const char* name, std::vector<Token>& into) {
        const auto found = open.state.tensors.find(name);
        if (found == open.state.tensors.end() || found->second.dtype() != kDTypeOf<Token>)
            return;
        const auto values = found->second.template values<Token>();
        into.assign(values.begin(), values.end());
    };
    take(lookup_state::kVocabulary, open.tokens);
    take(lookup_state::kPinned, open.pinned);
    const auto values = all.values<Token>();
    open.special.assign(values.begin(), values.end() - std::ssize(open.tokens));
    if (id >= values.size())
        return badToken(layer, {LB_TR("Error", "has no token %1"), {static_cast<std::int64_t>(id)}});
    if (id < open.special.size())
        return badToken(layer, {LB_TR("Error", "token %1 is a special one; the parameters name it"),
                                {static_cast<std::int64_t>(id)}});
    return open;
}

template <typename Token>
Result<StateHandle> pinnedAs(const LayerDef& layer, const Tensor& all, std::size_t id, bool pinned)
{
    LB_TRY(open, opened<Token>(layer, all, id));
    const Token& token = open.tokens[id - open.special.size()];
    if (pinned && !open.isPinned(token))
        open.pinned.push_back(token);
    else if (!pinned)
        std::erase(open.pinned, Token(token));
    return open.closed();
}

template <typename Token>
Result<StateHandle> renamedAs(const LayerDef& layer, const Tensor& all, std::size_t id,
                              const Token& token)
{
    LB_TRY(open, opened<Token>(layer, all, id));
    Token& place = open.tokens[id - open.special.size()];
    if (place == token)
        return layer.adapted;
    if (std::ranges::count(open.special, token) > 0)
        return badToken(layer, LB_TR("Error", "this token stands for something special; choose "
                                              "another one"));
    if (const auto found = std::ranges::find(open.tokens, token); found != open.tokens.end())
        return badToken(layer, {LB_TR("Error", "has this token already, with id %1"),
                                {static_cast<std::int64_t>(open.special.size())
                                 + (found - open.tokens.begin())}});
    std::erase(open.pinned, Token(place));
    place = token;
    open.pinned.push_back(token);
    return open.closed();
}

template <typename Token> StateHandle carried(const Tensor& pins, const AdaptedState& after)
{
    const auto found = after.tensors.find(lookup_state::kVocabulary);
    if (found == after.tensors.end() || found->second.dtype() != kDTypeOf<Token>)
        return nullptr;
    const auto tokens = found->second.values<Token>();
    const std::unordered_set<Token> known(tokens.begin(), tokens.end());
    OpenVocabulary<Token> open;
    open.state = after;
    open.tokens.assign(tokens.begin(), tokens.end());
    for (const Token& token : pins.values<Token>())
        if (known.contains(token))
            open.pinned.push_back(token);
    return open.closed();
}

} // namespace

StateHandle withPinsOf(const StateHandle& before, const StateHandle& after)
{
    if (!before || !after)
        return after;
    const auto pins = before->tensors.find(lookup_state::kPinned);
    if (pins == before->tensors.end())
        return after;
    const StateHandle both = pins->second.dtype() == DType::String
        ? carried<std::string>(pins->second, *after)
        : carried<std::int64_t>(pins->second, *after);
    return both ? both : after;
}

Result<StateHandle> withTokenPinned(const LayerDef& layer, const LayerRegistry& registry,
                                    std::size_t id, bool pinned)
{
    LB_TRY(tokens, learnedTokens(layer, registry));
    return tokens.dtype() == DType::String ? pinnedAs<std::string>(layer, tokens, id, pinned)
                                           : pinnedAs<std::int64_t>(layer, tokens, id, pinned);
}

Result<StateHandle> withTokenRenamed(const LayerDef& layer, const LayerRegistry& registry,
                                     std::size_t id, const std::string& token)
{
    LB_TRY(tokens, learnedTokens(layer, registry));
    if (token.empty())
        return badToken(layer, LB_TR("Error", "a token has at least one character"));
    if (tokens.dtype() == DType::String)
        return renamedAs<std::string>(layer, tokens, id, token);
    const auto number = integerOf(token);
    if (!number)
        return badToken(layer, {LB_TR("Error", "is no whole number: \"%1\""), {token}});
    return renamedAs<std::int64_t>(layer, tokens, id, *number);
}

} // namespace lb
