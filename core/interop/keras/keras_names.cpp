#include "core/interop/keras/keras_names.h"

namespace lb {
namespace {

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

std::string kerasSnakeCase(std::string_view className)
{
    std::string words;
    for (const char c : className)
        if (isLower(c) || isUpper(c) || isDigit(c) || c == '_')
            words += c;
    // (.)([A-Z][a-z]+) -> \1_\2: a break before a capital that lower case follows. The match
    // consumes its word, so the next one needs a character of its own in front.
    std::string split;
    std::size_t consumed = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool word = isUpper(words[i]) && i + 1 < words.size() && isLower(words[i + 1]);
        if (word && i > consumed) {
            split += '_';
            split += words[i];
            while (i + 1 < words.size() && isLower(words[i + 1]))
                split += words[++i];
            consumed = i + 1;
            continue;
        }
        split += words[i];
    }
    // ([a-z])([A-Z]) -> \1_\2, then lower case.
    std::string result;
    for (std::size_t i = 0; i < split.size(); ++i) {
        if (i > 0 && isUpper(split[i]) && isLower(split[i - 1]))
            result += '_';
        result += isUpper(split[i]) ? static_cast<char>(split[i] - 'A' + 'a') : split[i];
    }
    return result;
}

std::string KerasChildNames::next(std::string_view className)
{
    const std::string stem = kerasSnakeCase(className);
    const int count = m_used[stem]++;
    return count == 0 ? stem : stem + "_" + std::to_string(count);
}

} // namespace lb
