#include "core/layers/lookup_layer.h"
#include "core/layers/registry.h"
#include "core/layers/text_work.h"

namespace lb {
namespace {

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

TextSteps stepsOf(const TextVectorizationParams& p)
{
    using Into = kernels::TokenizerSteps::Split;
    const bool both = p.standardize == Standardize::LowerAndStripPunctuation;
    const Into split = !p.split            ? Into::None
        : *p.split == Split::Character ? Into::Characters
                                       : Into::Whitespace;
    return {{both || p.standardize == Standardize::Lower,
             both || p.standardize == Standardize::StripPunctuation, split, p.ngrams.widths},
            p.mode,
            p.length};
}

/// Texts become rows of token ids, or one vector a text. Standardise, split, n-grams (see
/// TextSteps), then look up in a vocabulary, given or learned by adapt(), with 0 for padding and 1
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
        const TextSteps steps = stepsOf(p);
        LB_TRY(layout, TextLayout::of(shape, steps));
        kernels::Tokenizer tokenizer(steps.tokens);
        // as texts have, roughly; a larger table than the processor's cache holds would be slow
        into.reserve(std::min<std::size_t>(4 * block.values<std::string>().size(), 1u << 15));
        const bool roomy = tokenizer.leavesRoom();
        forEachRow(steps, layout, tokenizer, block.values<std::string>(),
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
        const TextSteps steps = stepsOf(p);
        LB_TRY(layout, TextLayout::of(in.shape, steps));
        LB_TRY(lookup, Lookup<std::string>::make(settingsOf(p), state));
        const std::int64_t depth = lookup.depth();
        Spec out{lookup.codeDType(), layout.leading, {}};
        const bool dense = steps.keepsTexts();
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
        return Outputs{e.host(textWork(steps, std::move(lookup)), {x}, std::move(out))};
    }
    Result<SplitText> split(const Config& config, const std::string& text) const final
    {
        LB_TRY(params, decoded(config));
        kernels::Tokenizer tokenizer(stepsOf(params).tokens);
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
