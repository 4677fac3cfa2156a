#pragma once

#include "core/kernels/tokenizer.h"
#include "core/layers/index_lookup.h"

namespace lb {

/// What TextVectorization does with its texts before it looks up, and with the ids behind.
struct TextSteps {
    kernels::TokenizerSteps tokens;
    OutputMode mode = OutputMode::Int;
    std::optional<std::int64_t> length; ///< of the rows of ids; none: as long as the longest

    bool splits() const { return tokens.split != kernels::TokenizerSteps::Split::None; }
    bool keepsTexts() const { return !splits() && tokens.ngrams.empty(); } ///< each one is a token
};

/// How texts of a shape lie in the result: `rows` of tokens under `leading` axes. Without a split the
/// strings along the last axis are the tokens of a row.
struct TextLayout {
    Shape leading;
    std::int64_t width = 1; ///< strings that make a row

    static Result<TextLayout> of(const Shape& shape, const TextSteps& steps);
};

/// Calls `row(tokens)` for each row of tokens.
template <typename Row>
void forEachRow(const TextSteps& steps, const TextLayout& layout, kernels::Tokenizer& tokenizer,
                std::span<const std::string> texts, Row&& row)
{
    if (steps.splits()) {
        for (const std::string& text : texts)
            row(tokenizer.tokens(text));
        return;
    }
    kernels::Tokenizer joiner(steps.tokens);
    std::vector<std::string> kept(static_cast<std::size_t>(layout.width));
    std::vector<std::string_view> tokens(kept.size());
    for (std::size_t first = 0; first < texts.size(); first += kept.size()) {
        for (std::size_t i = 0; i < kept.size(); ++i) {
            kept[i] = tokenizer.standardized(texts[first + i]);
            tokens[i] = kept[i];
        }
        row(steps.tokens.ngrams.empty() ? std::span<const std::string_view>(tokens)
                                        : joiner.joined(tokens));
    }
}

/// The work of a TextVectorization: its texts as ids or codes; its ONNX form where there is one.
std::shared_ptr<const HostWork> textWork(TextSteps steps, Lookup<std::string> lookup);

} // namespace lb
