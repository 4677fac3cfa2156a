#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lb::kernels {

/// How a text becomes tokens. Source: Keras 3 `TextVectorization`, whose steps are TensorFlow's on
/// bytes: only A-Z become small letters, punctuation is the 32 ASCII signs, white space the six
/// ASCII characters; UTF-8 passes untouched.
struct TokenizerSteps {
    enum class Split : std::uint8_t { Whitespace, Characters, None };

    bool lower = true;
    bool stripPunctuation = true;
    Split split = Split::Whitespace;
    std::vector<std::int64_t> ngrams; ///< widths, in the order of the output; empty: the tokens

    bool operator==(const TokenizerSteps&) const = default;
};

/// Splits one text after the other, in memory of its own. One thread at a time.
class Tokenizer {
public:
    explicit Tokenizer(TokenizerSteps steps);

    std::string_view standardized(std::string_view text); ///< valid until the next call
    /// The tokens, n-grams joined by one space; valid until the next call.
    std::span<const std::string_view> tokens(std::string_view text);
    /// Whether 16 bytes may be read from every token's first one on: see KeyIndex::findRoomy().
    bool leavesRoom() const
    {
        return m_steps.split == TokenizerSteps::Split::Whitespace && m_steps.ngrams.empty();
    }
    /// N-grams of tokens that were split before; valid until the next call.
    std::span<const std::string_view> joined(std::span<const std::string_view> tokens);

private:
    struct Cut {
        std::size_t size = 0, spaces = 0; ///< of the text that is left, and in it
    };
    std::span<const std::string_view> splitWhitespace(std::string_view text);
    Cut cutByBytes(std::string_view text);
    Cut cutWide(std::string_view text); ///< the same, 64 bytes at once
    std::span<const std::string_view> pickWords(Cut cut);
    void splitCharacters(std::string_view text);

    TokenizerSteps m_steps;
    std::vector<unsigned char> m_table; ///< what becomes of a byte; 0: it goes
    std::vector<unsigned char> m_space; ///< by byte: 1 if it is white space
    std::vector<std::uint32_t> m_ends; ///< where white space stands
    std::string m_text, m_joined;
    std::vector<std::string_view> m_tokens, m_grams;
    std::vector<std::string_view> m_words; ///< room for as many as a text may have
};

} // namespace lb::kernels
