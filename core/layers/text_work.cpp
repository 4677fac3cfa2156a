#include "core/layers/text_work.h"

#include "core/layers/lookup_onnx.h"
#include "core/layers/text_onnx.h"

namespace lb {
namespace {

using kernels::Tokenizer;
using kernels::TokenizerSteps;

class TextWork final : public HostWork {
public:
    TextWork(TextSteps steps, Lookup<std::string> lookup)
        : m_steps(std::move(steps))
        , m_lookup(std::move(lookup))
    {
    }

    std::string_view name() const override { return "text_vectorization"; }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        if (!m_lookup.ready())
            return m_lookup.missing();
        LB_TRY(layout, TextLayout::of(inputs[0].shape(), m_steps));
        Tokenizer tokenizer(m_steps.tokens);
        if (m_steps.mode == OutputMode::Int && m_steps.splits() && m_steps.length)
            return cut(inputs[0].values<std::string>(), layout, tokenizer);
        std::vector<std::size_t> offsets{0};
        std::vector<std::int64_t> ids;
        forEachRow(m_steps, layout, tokenizer, inputs[0].values<std::string>(),
                   [&](std::span<const std::string_view> tokens) {
                       for (const std::string_view token : tokens)
                           ids.push_back(m_lookup.id(token));
                       offsets.push_back(ids.size());
                   });
        if (m_steps.mode == OutputMode::Int)
            return padded(inputs[0].shape(), layout, offsets, ids);
        if (m_steps.keepsTexts())
            return m_lookup.codes(inputs[0].shape(), ids);
        if (!layout.leading.empty())
            return m_lookup.codesOfRows(offsets, ids);
        return m_lookup.codes({std::ssize(ids)}, ids); // one text
    }

    /// With the pieces that ONNX has: small letters and signs one by one, then a split at blanks.
    Result<> onnx(OnnxNode& node) const override
    {
        const auto without = [](Text what) { return Error{ErrorCode::Unsupported, "", what}; };
        const std::vector<std::int64_t>& widths = m_steps.tokens.ngrams;
        if (!widths.empty() && m_steps.tokens.split != TokenizerSteps::Split::Whitespace)
            return without(LB_TR("Error", "n-grams have an ONNX form of words only"));
        if (!m_lookup.ready())
            return m_lookup.missing();
        LB_TRY(layout, TextLayout::of(node.inputSpec(0).shape, m_steps));
        if (!m_steps.splits() && (m_steps.length || node.inputSpec(0).shape.size() > 2))
            return without(LB_TR("Error", "texts that are not split have an ONNX form as one column"));
        if (m_steps.splits() && layout.leading.size() != 1)
            return without(LB_TR("Error", "only one column of texts has an ONNX form"));
        const Shape& shape = node.inputSpec(0).shape;
        std::string x = node.input(0);
        if (shape.size() != 1)
            x = node.add("Reshape", {x, node.ints({-1})});
        const TokenizerSteps& steps = m_steps.tokens;
        for (char c = 'A'; steps.lower && c <= 'Z'; ++c)
            x = lookup_onnx::replaced(node, x, {c}, {static_cast<char>(c + 32)});
        for (char c = '!'; steps.stripPunctuation && c <= '~'; ++c)
            if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
                x = lookup_onnx::replaced(node, x, {c}, "");
        if (!m_steps.splits()) {
            if (shape.size() != 1)
                x = node.add("Reshape", {x, node.ints({-1, shape.back()})});
            LB_TRY(ids, lookup_onnx::ids(node, x, m_lookup));
            LB_TRY(codes, lookup_onnx::codes(node, ids, shape, m_lookup));
            node.result(codes);
            return std::monostate{};
        }
        if (m_steps.tokens.split == TokenizerSteps::Split::Characters) {
            LB_TRY(codes, m_steps.mode == OutputMode::Int
                       ? text_onnx::characterIds(node, x, m_lookup, m_steps.length)
                       : text_onnx::characterCodes(node, x, m_lookup));
            node.result(codes);
            return std::monostate{};
        }
        for (const char c : {'\t', '\n', '\v', '\f', '\r'})
            x = lookup_onnx::replaced(node, x, {c}, " ");
        const auto words = node.addAll("StringSplit", {x}, {}, 2);
        const bool joins = !widths.empty() && widths != std::vector<std::int64_t>{1};
        text_onnx::Grams grams{words[0], "", ""};
        if (joins)
            grams = text_onnx::grams(node, words[0], words[1], widths);
        LB_TRY(found, lookup_onnx::ids(node, grams.tokens, m_lookup));
        std::string ids = found;
        if (joins && m_steps.mode == OutputMode::Int)
            ids = text_onnx::packed(node, ids, grams);
        if (m_steps.mode != OutputMode::Int) {
            LB_TRY(codes, lookup_onnx::codes(node, ids, {kUnknown, kUnknown}, m_lookup));
            node.result(codes);
        } else {
            node.result(m_steps.length ? cutTo(node, ids, *m_steps.length) : ids);
        }
        return std::monostate{};
    }

private:
    static std::string cutTo(OnnxNode& node, const std::string& ids, std::int64_t length)
    {
        const std::string cut
            = node.add("Slice", {ids, node.ints({0}), node.ints({length}), node.ints({1})});
        const std::string has = node.add("Slice", {node.add("Shape", {cut}), node.ints({1}), node.ints({2})});
        const std::string lacks = node.add("Sub", {node.ints({length}), has});
        return node.add("Pad", {cut, node.add("Concat", {node.ints({0, 0, 0}), lacks},
                                              {{"axis", std::int64_t{0}}})});
    }
    /// Rows of a length that is known: the ids go where they stay, and what is cut off is not looked
    /// up.
    Tensor cut(std::span<const std::string> texts, const TextLayout& layout,
               Tokenizer& tokenizer) const
    {
        const auto width = static_cast<std::size_t>(*m_steps.length);
        Shape shape = layout.leading;
        shape.push_back(*m_steps.length);
        const bool roomy = tokenizer.leavesRoom();
        return Tensor::make<std::int64_t>(shape, [&](std::span<std::int64_t> out) {
            auto to = out.begin();
            for (const std::string& text : texts) {
                const std::span<const std::string_view> all = tokenizer.tokens(text);
                const auto tokens = all.first(std::min(width, all.size()));
                if (roomy)
                    std::ranges::transform(tokens, to, [&](std::string_view token) {
                        return m_lookup.idRoomy(token);
                    });
                else
                    std::ranges::transform(tokens, to,
                                           [&](std::string_view token) { return m_lookup.id(token); });
                to += static_cast<std::ptrdiff_t>(width);
            }
        });
    }
    Tensor padded(const Shape& input, const TextLayout& layout,
                  std::span<const std::size_t> offsets, std::span<const std::int64_t> ids) const
    {
        std::size_t longest = 0;
        for (std::size_t row = 0; row + 1 < offsets.size(); ++row)
            longest = std::max(longest, offsets[row + 1] - offsets[row]);
        if (m_steps.keepsTexts())
            longest = static_cast<std::size_t>(layout.width);
        const auto width = static_cast<std::size_t>(
            m_steps.length.value_or(static_cast<std::int64_t>(longest)));
        Shape shape = layout.leading;
        if (m_steps.splits() || !input.empty())
            shape.push_back(static_cast<std::int64_t>(width));
        return Tensor::make<std::int64_t>(shape, [&](std::span<std::int64_t> out) {
            for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
                const std::size_t count = std::min(width, offsets[row + 1] - offsets[row]);
                std::ranges::copy(ids.subspan(offsets[row], count),
                                  out.begin() + static_cast<std::ptrdiff_t>(row * width));
            }
        });
    }

    TextSteps m_steps;
    Lookup<std::string> m_lookup;
};

} // namespace

Result<TextLayout> TextLayout::of(const Shape& shape, const TextSteps& steps)
{
    TextLayout layout{shape, 1};
    if (!steps.splits()) {
        if (!shape.empty()) {
            layout.width = shape.back();
            layout.leading.pop_back();
        }
        return layout;
    }
    if (shape.size() > 1) {
        if (shape.back() != 1)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error",
                                "splits texts of shape [batch] or with 1 as the last dimension, "
                                "is: %1"),
                          {text(shape)}}};
        layout.leading.pop_back();
    }
    return layout;
}

std::shared_ptr<const HostWork> textWork(TextSteps steps, Lookup<std::string> lookup)
{
    return std::make_shared<TextWork>(std::move(steps), std::move(lookup));
}

} // namespace lb
