#include "core/layers/given_tokens.h"

#include <algorithm>

namespace lb {
namespace {

std::string shown(const std::string& token)
{
    return "\"" + token + "\"";
}
std::string shown(std::int64_t token)
{
    return std::to_string(token);
}
std::string shown(std::string_view token)
{
    return shown(std::string(token));
}

} // namespace

Error badLookup(std::string key, Text reason, std::vector<Arg> args)
{
    return {ErrorCode::BadParameter, key, {reason, std::move(args)}};
}

template <typename Token> std::string shownTokens(std::span<const Token> tokens)
{
    std::string result = "[";
    for (const auto& token : tokens)
        result += (result.size() > 1 ? ", " : "") + shown(token);
    return result + "]";
}

template <typename Token> std::vector<Token> LookupSettings<Token>::specialTokens() const
{
    std::vector<Token> special;
    if (oovStart() == 1)
        special.push_back(*mask);
    special.insert(special.end(), static_cast<std::size_t>(oovIndices), oov.value_or(Token{}));
    return special;
}

template <typename Token>
std::size_t specialCount(const LookupSettings<Token>& settings, std::span<const Token> tokens)
{
    const std::vector<Token> special = settings.specialTokens();
    const bool found = tokens.size() >= special.size()
        && std::ranges::equal(special, tokens.first(special.size()));
    return found ? special.size() : 0;
}

template <typename Token> Result<std::vector<Token>> tokensIn(const Config& config)
{
    const auto* list = config.as<ConfigList>();
    if (config.as<std::string>())
        return badLookup("vocabulary",
                         LB_TR("Error",
                               "a file is not read by its path; give the tokens as a list, or "
                               "import the file"));
    std::vector<Token> tokens;
    for (const Config& item : list ? *list : ConfigList{}) {
        const auto* token = item.as<Token>();
        if (!token)
            return badLookup("vocabulary",
                             std::is_same_v<Token, std::string>
                                 ? LB_TR("Error", "needs a list of texts")
                                 : LB_TR("Error", "needs a list of integers"));
        tokens.push_back(*token);
    }
    if (!list)
        return badLookup("vocabulary", LB_TR("Error", "needs a list of tokens"));
    return tokens;
}

template <typename Token>
Result<> checkTokens(const LookupSettings<Token>& settings, std::span<const Token> given)
{
    if (given.empty())
        return badLookup("vocabulary", LB_TR("Error", "must not be empty"));
    const auto tokens = given.subspan(specialCount(settings, given));
    const auto misplaced = [&](const Token& token, Text reason) {
        const auto at = std::ranges::find(tokens, token);
        const std::int64_t index = at - tokens.begin() + (std::ssize(given) - std::ssize(tokens));
        const std::vector<Token> special = settings.specialTokens();
        return badLookup("vocabulary/" + std::to_string(index), reason,
                         {shown(token), index, shownTokens(std::span<const Token>(special))});
    };
    if (settings.mask && std::ranges::count(tokens, *settings.mask) > 0)
        return misplaced(*settings.mask,
                         LB_TR("Error",
                               "has the mask token %1 at place %2; leave the special tokens away, "
                               "or put them in front as %3"));
    if (settings.oov && settings.invert && std::ranges::count(tokens, *settings.oov) > 0)
        return misplaced(*settings.oov,
                         LB_TR("Error",
                               "has the token for unknown ones, %1, at place %2; leave the "
                               "special tokens away, or put them in front as %3"));
    const std::int64_t size = settings.tokenStart() + std::ssize(tokens);
    if (settings.maxTokens && size > *settings.maxTokens)
        return badLookup("vocabulary",
                         LB_TR("Error",
                               "has %1 tokens with the special ones, and max_tokens is %2"),
                         {size, *settings.maxTokens});
    return std::monostate{};
}

template struct LookupSettings<std::string>;
template struct LookupSettings<std::int64_t>;
template std::string shownTokens(std::span<const std::string>);
template std::string shownTokens(std::span<const std::string_view>);
template std::string shownTokens(std::span<const std::int64_t>);
template std::size_t specialCount(const LookupSettings<std::string>&, std::span<const std::string>);
template std::size_t specialCount(const LookupSettings<std::int64_t>&,
                                  std::span<const std::int64_t>);
template Result<std::vector<std::string>> tokensIn(const Config&);
template Result<std::vector<std::int64_t>> tokensIn(const Config&);
template Result<> checkTokens(const LookupSettings<std::string>&, std::span<const std::string>);
template Result<> checkTokens(const LookupSettings<std::int64_t>&, std::span<const std::int64_t>);

} // namespace lb
