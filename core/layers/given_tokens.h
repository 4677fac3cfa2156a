#pragma once

#include "core/layers/index_lookup.h"

/// Vocabularies that people give, as a list in a config or in a file. Token is std::string or
/// std::int64_t.
namespace lb {

/// BadParameter at a parameter of a lookup, "vocabulary/3" for its fourth token.
Error badLookup(std::string key, Text reason, std::vector<Arg> args = {});

/// As a list in a message; of std::string_view, too.
template <typename Token> std::string shownTokens(std::span<const Token> tokens);

/// How many of the tokens are the special ones, all of them in front, or none.
template <typename Token>
std::size_t specialCount(const LookupSettings<Token>& settings, std::span<const Token> tokens);

/// The tokens of the parameter `vocabulary`. Errors: BadParameter (a path, no list, other values).
template <typename Token> Result<std::vector<Token>> tokensIn(const Config& config);

/// What Keras' set_vocabulary() refuses, but for repeated tokens. Errors: BadParameter.
template <typename Token>
Result<> checkTokens(const LookupSettings<Token>& settings, std::span<const Token> given);

} // namespace lb
