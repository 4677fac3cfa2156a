#include "core/kernels/tokenizer.h"
#include "core/layers/lookup_layer.h"
#include "core/layers/lookup_onnx.h"
#include "core/layers/registry.h"
#include "core/layers/text_onnx.h"

namespace lb {
namespace {

using kernels::Tokenizer;
using kernels::TokenizerSteps;

enum class Standardize : std::uint8_t { LowerAndStripPunctuation, Lower, StripPunctuation };
constexpr std::array<std::string_view, 3> kerasNames(Standardize)
{
    return {"lower_and_strip_punctuation", "lower", "strip_punctuation"};
}

enum class Split : std::uint8_t { Whitespace, Character };
constexpr std::array<std::string_view, 2> kerasNames(Split)
{
    return {"whitespace", "character"};
}

/// n means the widths 1 .. n; a list means its own widths.
struct Ngrams {
    Config stored;
    std::vector<std::int64_t> widths;
    bool operator==(const Ngrams& other) const { return stored == other.stored; }
};

} // namespace

template <> struct Codec<Ngrams> {
    static constexpr ParamKind kKind = ParamKind::NumberOrList;
    static Config write(const Ngrams& ngrams) { return ngrams.stored; }
    static bool read(const Config& config, Ngrams& into)
    {
        Ngrams ngrams{config, {}};
        if (const auto* most = config.as<std::int64_t>())
            for (std::int64_t width = 1; width <= std::min<std::int64_t>(*most, 1000); ++width)
                ngrams.widths.push_back(width);
        else if (!config.isNull()
                 && !Codec<std::vector<std::int64_t>>::read(config, ngrams.widths))
            return false;
        into = std::move(ngrams);
        return true;
    }
};
template <> struct ParamTraits<Ngrams> : ParamTraits<std::int64_t> {
    static constexpr bool kNullable = true;
    static std::vector<std::int64_t> limited(const Ngrams& ngrams) { return ngrams.widths; }
};

namespace {

struct TextVectorizationParams {
    std::optional<std::int64_t> maxTokens;
    std::optional<Standardize> standardize = Standardize::LowerAndStripPunctuation;
    std::optional<Split> split = Split::Whitespace;
    Ngrams ngrams;
    NamedOutputMode mode;
    std::optional<std::int64_t> length;
    bool pad = false;
    Config vocabulary, idf;
    bool sparse = false;
    bool ragged = false;
    std::string encoding = "utf-8";

    bool operator==(const TextVectorizationParams&) const = default;
};

TokenizerSteps stepsOf(const TextVectorizationParams& p)
{
    const bool both = p.standardize == Standardize::LowerAndStripPunctuation;
    return {both || p.standardize == Standardize::Lower,
            both || p.standardize == Standardize::StripPunctuation,
            !p.split                          ? TokenizerSteps::Split::None
                : *p.split == Split::Character ? TokenizerSteps::Split::Characters
                                              : TokenizerSteps::Split::Whitespace,
            p.ngrams.widths};
}

/// How texts of a shape lie in the result: `rows` of tokens under `leading` axes. Without a split the
/// strings along the last axis are the tokens of a row.
struct TextLayout {
    Shape leading;
    std::int64_t width = 1; ///< strings that make a row

    static Result<TextLayout> of(const Shape& shape, const TextVectorizationParams& p)
    {
        TextLayout layout{shape, 1};
        if (!p.split) {
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
};

/// Calls `row(tokens)` for each row of tokens.
template <typename Row>
void forEachRow(const TextVectorizationParams& p, const TextLayout& layout, Tokenizer& tokenizer,
                std::span<const std::string> texts, Row&& row)
{
    if (p.split) {
        for (const std::string& text : texts)
            row(tokenizer.tokens(text));
        return;
    }
    Tokenizer joiner(stepsOf(p));
    std::vector<std::string> kept(static_cast<std::size_t>(layout.width));
    std::vector<std::string_view> tokens(kept.size());
    for (std::size_t first = 0; first < texts.size(); first += kept.size()) {
        for (std::size_t i = 0; i < kept.size(); ++i) {
            kept[i] = tokenizer.standardized(texts[first + i]);
            tokens[i] = kept[i];
        }
        row(p.ngrams.widths.empty() ? std::span<const std::string_view>(tokens)
                                    : joiner.joined(tokens));
    }
}

class TextWork final : public HostWork {
public:
    TextWork(TextVectorizationParams params, Lookup<std::string> lookup)
        : m_params(std::move(params))
        , m_lookup(std::move(lookup))
    {
    }

    std::string_view name() const override { return "text_vectorization"; }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        if (!m_lookup.ready())
            return m_lookup.missing();
        LB_TRY(layout, TextLayout::of(inputs[0].shape(), m_params));
        Tokenizer tokenizer(stepsOf(m_params));
        if (m_params.mode == OutputMode::Int && m_params.split && m_params.length)
            return cut(inputs[0].values<std::string>(), layout, tokenizer);
        std::vector<std::size_t> offsets{0};
        std::vector<std::int64_t> ids;
        forEachRow(m_params, layout, tokenizer, inputs[0].values<std::string>(),
                   [&](std::span<const std::string_view> tokens) {
                       for (const std::string_view token : tokens)
                           ids.push_back(m_lookup.id(token));
                       offsets.push_back(ids.size());
                   });
        if (m_params.mode == OutputMode::Int)
            return padded(inputs[0].shape(), layout, offsets, ids);
        if (!m_params.split && m_params.ngrams.widths.empty())
            return m_lookup.codes(inputs[0].shape(), ids);
        if (!layout.leading.empty())
            return m_lookup.codesOfRows(offsets, ids);
        return m_lookup.codes({std::ssize(ids)}, ids); // one text
    }

    /// With the pieces that ONNX has: small letters and signs one by one, then a split at blanks.
    Result<> onnx(OnnxNode& node) const override
    {
        const auto without = [](Text what) { return Error{ErrorCode::Unsupported, "", what}; };
        const std::vector<std::int64_t>& widths = m_params.ngrams.widths;
        if (!widths.empty() && m_params.split != Split::Whitespace)
            return without(LB_TR("Error", "n-grams have an ONNX form of words only"));
        if (!m_lookup.ready())
            return m_lookup.missing();
        LB_TRY(layout, TextLayout::of(node.inputSpec(0).shape, m_params));
        if (!m_params.split && (m_params.length || node.inputSpec(0).shape.size() > 2))
            return without(LB_TR("Error", "texts that are not split have an ONNX form as one column"));
        if (m_params.split && layout.leading.size() != 1)
            return without(LB_TR("Error", "only one column of texts has an ONNX form"));
        const Shape& shape = node.inputSpec(0).shape;
        std::string x = node.input(0);
        if (shape.size() != 1)
            x = node.add("Reshape", {x, node.ints({-1})});
        const TokenizerSteps steps = stepsOf(m_params);
        for (char c = 'A'; steps.lower && c <= 'Z'; ++c)
            x = lookup_onnx::replaced(node, x, {c}, {static_cast<char>(c + 32)});
        for (char c = '!'; steps.stripPunctuation && c <= '~'; ++c)
            if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
                x = lookup_onnx::replaced(node, x, {c}, "");
        if (!m_params.split) {
            if (shape.size() != 1)
                x = node.add("Reshape", {x, node.ints({-1, shape.back()})});
            LB_TRY(ids, lookup_onnx::ids(node, x, m_lookup));
            LB_TRY(codes, lookup_onnx::codes(node, ids, shape, m_lookup));
            node.result(codes);
            return std::monostate{};
        }
        if (m_params.split == Split::Character) {
            LB_TRY(codes, m_params.mode == OutputMode::Int
                       ? text_onnx::characterIds(node, x, m_lookup, m_params.length)
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
        if (joins && m_params.mode == OutputMode::Int)
            ids = text_onnx::packed(node, ids, grams);
        if (m_params.mode != OutputMode::Int) {
            LB_TRY(codes, lookup_onnx::codes(node, ids, {kUnknown, kUnknown}, m_lookup));
            node.result(codes);
        } else {
            node.result(m_params.length ? cutTo(node, ids, *m_params.length) : ids);
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
        const auto width = static_cast<std::size_t>(*m_params.length);
        Shape shape = layout.leading;
        shape.push_back(*m_params.length);
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
        if (!m_params.split && m_params.ngrams.widths.empty())
            longest = static_cast<std::size_t>(layout.width);
        const auto width = static_cast<std::size_t>(
            m_params.length.value_or(static_cast<std::int64_t>(longest)));
        Shape shape = layout.leading;
        if (m_params.split || !input.empty())
            shape.push_back(static_cast<std::int64_t>(width));
        return Tensor::make<std::int64_t>(shape, [&](std::span<std::int64_t> out) {
            for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
                const std::size_t count = std::min(width, offsets[row + 1] - offsets[row]);
                std::ranges::copy(ids.subspan(offsets[row], count),
                                  out.begin() + static_cast<std::ptrdiff_t>(row * width));
            }
        });
    }

    TextVectorizationParams m_params;
    Lookup<std::string> m_lookup;
};

/// Texts become rows of token ids, or one vector a text. Standardise, split, n-grams (see
/// TokenizerSteps), then look up in a vocabulary, given or learned by adapt(), with 0 for padding and 1
/// for unknown tokens.
///
/// Shapes: [batch] or [batch, 1] strings; int gives int64 [batch, output_sequence_length], or as many
/// columns as the longest row has tokens, shorter rows padded with 0; multi_hot and count give int64
/// [batch, vocabulary], tf_idf float32. A text is a document. Errors: BadParameter as Keras; BadShape
/// (no strings, texts side by side); Unsupported (ragged); at a call without a vocabulary NotFound.
/// Source: Keras 3 `TextVectorization`.
class TextVectorization final
    : public LookupLayerOf<TextVectorization, TextVectorizationParams, std::string> {
public:
    static constexpr std::string_view kKerasClass = "TextVectorization";
    using Params = TextVectorizationParams;

    static auto fields()
    {
        return std::tuple{
            field(&Params::maxTokens, "max_tokens", LB_TR("Layer", "Most tokens"))
                .slider(2, 50'000)
                .help(LB_TR("Layer",
                            "Size of the vocabulary with padding and unknown; empty: all that occur.")),
            field(&Params::standardize, "standardize", LB_TR("Layer", "Standardise"))
                .editedAs(ParamKind::Choice, Codec<Standardize>::choices())
                .help(LB_TR("Layer",
                            "Small letters for A to Z, without the 32 ASCII punctuation signs; other "
                            "letters and signs stay.")),
            field(&Params::split, "split", LB_TR("Layer", "Split"))
                .editedAs(ParamKind::Choice, Codec<Split>::choices())
                .help(LB_TR("Layer", "At ASCII white space, or into characters; empty: not at all.")),
            field(&Params::ngrams, "ngrams", LB_TR("Layer", "N-grams"))
                .least(1)
                .slider(1, 5)
                .help(LB_TR("Layer", "n: runs of 1 to n tokens count as tokens; a list: of its widths.")),
            field(&Params::mode, "output_mode", LB_TR("Layer", "Output"))
                .help(LB_TR("Layer",
                            "Ids in the order of the text, or for each text whether, how often or how "
                            "characteristically a token occurs.")),
            field(&Params::length, "output_sequence_length", LB_TR("Layer", "Sequence length"))
                .least(0)
                .slider(1, 512)
                .appliesIf([](const Params& p) { return p.mode == OutputMode::Int; })
                .help(LB_TR("Layer",
                            "Rows are cut or padded to it; empty: to the longest of the batch.")),
            field(&Params::pad, "pad_to_max_tokens", LB_TR("Layer", "Pad to most tokens"))
                .appliesIf([](const Params& p) { return p.mode != OutputMode::Int; })
                .help(LB_TR("Layer", "Vectors have that length whatever was learned.")),
            field(&Params::vocabulary, "vocabulary", LB_TR("Layer", "Vocabulary"))
                .help(LB_TR("Layer", "A list of tokens; empty: learned from data.")),
            field(&Params::idf, "idf_weights", LB_TR("Layer", "IDF weights"))
                .advanced()
                .appliesIf([](const Params& p) { return p.mode == OutputMode::TfIdf; })
                .help(LB_TR("Layer", "A weight for each token of a given vocabulary.")),
            field(&Params::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras then keeps only what is not 0; the numbers are the same.")),
            field(&Params::ragged, "ragged", LB_TR("Layer", "Ragged"))
                .advanced()
                .help(LB_TR("Layer",
                            "Rows of different lengths, when the layer is called on its own. Wires "
                            "carry rows that are padded with 0.")),
            field(&Params::encoding, "encoding", LB_TR("Layer", "Encoding")).advanced(),
        };
    }
    static Result<> validate(const Params& p)
    {
        const auto bad = [](const char* key, Text reason) {
            return Error{ErrorCode::BadParameter, key, reason};
        };
        if (p.mode != OutputMode::Int && p.length)
            return bad("output_sequence_length",
                       LB_TR("Error", "must not be set if output_mode is not int"));
        if (p.ragged && p.mode != OutputMode::Int)
            return bad("ragged", LB_TR("Error", "can only be on if output_mode is int"));
        if (p.ragged)
            return Error{ErrorCode::Unsupported, "ragged",
                         LB_TR("Error",
                               "rows of different lengths do not go through wires; turn it off: they "
                               "are padded with 0")};
        if (p.sparse && p.mode == OutputMode::Int)
            return bad("sparse", LB_TR("Error", "can only be on if output_mode is not int"));
        if (!p.ngrams.stored.isNull() && p.ngrams.widths.empty())
            return bad("ngrams", LB_TR("Error", "needs a width of at least 1"));
        if (p.encoding != "utf-8" && p.encoding != "UTF-8")
            return Error{ErrorCode::Unsupported,
                         "encoding",
                         {LB_TR("Error", "only utf-8 is read here, is: %1"), {p.encoding}}};
        return checkLookup(settingsOf(p));
    }
    static About describeAbout()
    {
        return {About::Family::Text,
                LB_TR("Layer", "Turns texts into ids of words, or into one vector a text."),
                "text → standardise → split → n-grams → ids"};
    }
    static LookupSettings<std::string> settingsOf(const Params& p)
    {
        return {p.maxTokens, 1, "", "[UNK]", false, p.mode, p.pad, true, {}, p.vocabulary, p.idf};
    }
    static Result<> counts(const Params& p, const Tensor& block, TokenCounts<std::string>& into)
    {
        if (block.dtype() != DType::String)
            return notText(block.dtype());
        // adapt() puts every string of a column into a row of its own
        Shape shape = block.shape();
        if (shape.size() == 1)
            shape.push_back(1);
        LB_TRY(layout, TextLayout::of(shape, p));
        Tokenizer tokenizer(stepsOf(p));
        // as texts have, roughly; a larger table than the processor's cache holds would be slow
        into.reserve(std::min<std::size_t>(4 * block.values<std::string>().size(), 1u << 15));
        const bool roomy = tokenizer.leavesRoom();
        forEachRow(p, layout, tokenizer, block.values<std::string>(),
                   [&](std::span<const std::string_view> tokens) {
                       into.beginDocument();
                       if (roomy)
                           for (const std::string_view token : tokens)
                               into.addRoomy(token);
                       else
                           for (const std::string_view token : tokens)
                               into.add(token);
                   });
        return std::monostate{};
    }
    static Result<Outputs> emit(const Params& p, const StateHandle& state, Emitter& e)
    {
        const ValueRef x = e.input(0);
        const Spec in = e.spec(x);
        if (in.dtype != DType::String)
            return notText(in.dtype);
        LB_TRY(layout, TextLayout::of(in.shape, p));
        LB_TRY(lookup, Lookup<std::string>::make(settingsOf(p), state));
        const std::int64_t depth = lookup.depth();
        Spec out{lookup.codeDType(), layout.leading, {}};
        const bool dense = !p.split && p.ngrams.widths.empty();
        if (p.mode == OutputMode::Int) {
            if (p.split || !in.shape.empty())
                out.shape.push_back(p.length.value_or(dense ? layout.width : kUnknown));
            if (depth != kUnknown)
                out.range = ValueRange::proven(
                    0, static_cast<double>(std::max<std::int64_t>(depth - 1, 1)));
        } else if (dense) {
            LB_TRY(shape, codeShape(in.shape, p.mode, depth));
            out.shape = shape;
        } else if (layout.leading.empty()) {
            LB_TRY(shape, codeShape({kUnknown}, p.mode, depth));
            out.shape = shape;
        } else if (p.mode == OutputMode::OneHot || layout.leading.size() > 1) {
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error",
                               "one_hot, and vectors for tables of texts, need texts that are not "
                               "split; take multi_hot, and one column of texts")};
        } else {
            out.shape.push_back(depth);
        }
        if (p.mode == OutputMode::MultiHot || p.mode == OutputMode::OneHot)
            out.range = ValueRange::proven(0, 1);
        return Outputs{
            e.host(std::make_shared<TextWork>(p, std::move(lookup)), {x}, std::move(out))};
    }
    Result<SplitText> split(const Config& config, const std::string& text) const final
    {
        LB_TRY(params, decoded(config));
        Tokenizer tokenizer(stepsOf(params));
        SplitText result;
        result.standardized = tokenizer.standardized(text);
        for (const std::string_view token : tokenizer.tokens(text))
            result.tokens.emplace_back(token);
        return result;
    }
    static std::vector<Example> examples()
    {
        const ConfigList words{"the", "cat", "sat"};
        const std::vector<Spec> texts{{DType::String, {3}, {}}}, column{{DType::String, {3, 1}, {}}};
        return {
            {"ids", ConfigObject{{"vocabulary", words}, {"output_sequence_length", 5}}, texts},
            {"ids, as long as the longest", ConfigObject{{"vocabulary", words}}, column},
            {"how often", ConfigObject{{"vocabulary", words}, {"output_mode", "count"}}, column},
            {"pairs of words",
             ConfigObject{{"vocabulary", words}, {"ngrams", 2}, {"output_mode", "multi_hot"}},
             texts},
            {"characters, weighted",
             ConfigObject{{"vocabulary", ConfigList{"a", "b"}},
                          {"split", "character"},
                          {"standardize", Config()},
                          {"output_mode", "tf_idf"},
                          {"idf_weights", ConfigList{0.5, 1.5}}},
             column},
        };
    }

private:
    static Error notText(DType dtype)
    {
        return {ErrorCode::BadShape,
                "",
                {LB_TR("Error", "splits texts and got %1; connect it to a column of strings"),
                 {std::string(nameOf(dtype))}}};
    }
};

} // namespace

void registerTextVectorization(LayerRegistry& registry)
{
    registry.add<TextVectorization>();
}

} // namespace lb
