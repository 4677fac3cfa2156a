#include "core/kernels/tokenizer.h"

#include "core/kernels/tokenizer_wide.h"
#include "core/support/utf8.h"

namespace lb::kernels {
namespace {

bool isSpace(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isPunctuation(unsigned char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`')
        || (c >= '{' && c <= '~');
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD for a byte that is no UTF-8

} // namespace

Tokenizer::Tokenizer(TokenizerSteps steps)
    : m_steps(std::move(steps))
    , m_table(256)
    , m_space(256)
{
    for (std::size_t i = 0; i < 256; ++i) {
        const auto c = static_cast<unsigned char>(i);
        m_table[i] = m_steps.stripPunctuation && isPunctuation(c) ? 0
            : m_steps.lower && c >= 'A' && c <= 'Z'               ? c + 32
                                                                  : c;
        m_space[i] = isSpace(c) ? 1 : 0;
    }
}

std::string_view Tokenizer::standardized(std::string_view text)
{
    if (!m_steps.lower && !m_steps.stripPunctuation)
        return text;
    m_text.resize(text.size());
    char* to = m_text.data();
    for (const char from : text) {
        const unsigned char c = m_table[static_cast<unsigned char>(from)];
        *to = static_cast<char>(c);
        to += c != 0 || from == '\0'; // a NUL is no punctuation
    }
    return {m_text.data(), static_cast<std::size_t>(to - m_text.data())};
}

std::span<const std::string_view> Tokenizer::tokens(std::string_view text)
{
    m_tokens.clear();
    std::span<const std::string_view> tokens;
    switch (m_steps.split) {
    case TokenizerSteps::Split::Whitespace:
        tokens = splitWhitespace(text);
        break;
    case TokenizerSteps::Split::Characters:
        splitCharacters(standardized(text));
        tokens = m_tokens;
        break;
    case TokenizerSteps::Split::None:
        m_tokens.push_back(standardized(text));
        tokens = m_tokens;
        break;
    }
    return m_steps.ngrams.empty() ? tokens : joined(tokens);
}

/// Standardises on the way.
std::span<const std::string_view> Tokenizer::splitWhitespace(std::string_view text)
{
    constexpr std::size_t room = 80; // for what is written 64 bytes, and read 16 bytes at once
    if (m_text.size() < text.size() + room) {
        m_text.resize(text.size() + text.size() / 4 + room);
        m_ends.resize(m_text.size());
        m_words.resize(m_text.size() / 2 + 1);
    }
    return pickWords(splitsWide() ? cutWide(text) : cutByBytes(text));
}

Tokenizer::Cut Tokenizer::cutWide(std::string_view text)
{
    const auto [size, spaces] = kernels::cutWide(text, m_steps.lower, m_steps.stripPunctuation,
                                                 m_text.data(), m_ends.data());
    return {size, spaces};
}

/// Nothing in the loop depends on what a byte is: words are short, and a branch at each end of one
/// would be guessed wrong half of the time.
Tokenizer::Cut Tokenizer::cutByBytes(std::string_view text)
{
    char* const begin = m_text.data();
    std::uint32_t* const ends = m_ends.data();
    const unsigned char* const table = m_table.data();
    const unsigned char* const space = m_space.data();
    std::size_t size = 0, spaces = 0;
    for (const char from : text) {
        const auto c = static_cast<unsigned char>(from);
        begin[size] = static_cast<char>(table[c]);
        ends[spaces] = static_cast<std::uint32_t>(size);
        spaces += space[c];
        size += table[c] != 0 || c == 0; // a NUL is no punctuation
    }
    return {size, spaces};
}

std::span<const std::string_view> Tokenizer::pickWords(Cut cut)
{
    m_ends[cut.spaces] = static_cast<std::uint32_t>(cut.size);
    const char* const begin = m_text.data();
    std::string_view* const words = m_words.data();
    std::size_t first = 0, count = 0;
    for (std::size_t i = 0; i <= cut.spaces; ++i) {
        const std::size_t end = m_ends[i];
        words[count] = {begin + first, end - first};
        count += end > first;
        first = end + 1;
    }
    return {words, count};
}

void Tokenizer::splitCharacters(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8Length(text, at);
        m_tokens.push_back(length ? text.substr(at, length) : kReplacement);
        at += length ? length : 1;
    }
}

std::span<const std::string_view> Tokenizer::joined(std::span<const std::string_view> tokens)
{
    std::size_t bytes = 0; // at most; the buffer must not move below the views
    for (const std::string_view token : tokens)
        bytes += token.size() + 1;
    std::size_t most = 0;
    for (const std::int64_t width : m_steps.ngrams)
        if (width <= std::ssize(tokens))
            most += static_cast<std::size_t>(width) * bytes;
    m_joined.clear();
    m_joined.reserve(most);
    m_grams.clear();
    for (const std::int64_t wide : m_steps.ngrams) {
        const auto width = static_cast<std::size_t>(wide);
        for (std::size_t first = 0; width <= tokens.size() && first + width <= tokens.size(); ++first) {
            const std::size_t begin = m_joined.size();
            for (std::size_t i = 0; i < width; ++i) {
                if (i > 0)
                    m_joined += ' ';
                m_joined += tokens[first + i];
            }
            m_grams.emplace_back(m_joined.data() + begin, m_joined.size() - begin);
        }
    }
    return m_grams;
}

} // namespace lb::kernels
