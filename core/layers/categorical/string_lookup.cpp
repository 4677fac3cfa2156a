#include "core/layers/dtype_policy.h"
#include "core/layers/lookup_layer.h"
#include "core/layers/registry.h"

namespace lb {
namespace {

struct StringLookupParams {
    std::optional<std::int64_t> maxTokens;
    std::int64_t oovIndices = 1;
    std::optional<std::string> mask;
    std::optional<std::string> oov = "[UNK]";
    Config vocabulary, idf;
    bool invert = false;
    NamedOutputMode mode;
    bool pad = false;
    bool sparse = false;
    std::string encoding = "utf-8";
    OovMethod oovMethod = OovMethod::FloorMod;
    LookupSalt salt;

    bool operator==(const StringLookupParams&) const = default;
};

/// Strings become ids by their place in a vocabulary, given or learned by adapt(): the most frequent
/// first, equal ones by their bytes, descending. Ids: the mask token (mode int) 0, then
/// num_oov_indices for unknown strings, which are spread by FarmHash64 (SipHash-2-4 with a salt),
/// then the tokens. With `invert` ids become strings.
///
/// Shapes: int as x, int64; the other modes see codesOf(): int64, tf_idf float32. A row is a document.
/// Errors: BadParameter as Keras; BadShape (no strings); at a call without a vocabulary NotFound.
/// Source: Keras 3 `StringLookup`.
class StringLookup final : public LookupLayerOf<StringLookup, StringLookupParams, std::string> {
public:
    static constexpr std::string_view kKerasClass = "StringLookup";
    using Params = StringLookupParams;

    static auto fields()
    {
        return std::tuple{
            field(&Params::maxTokens, "max_tokens", LB_TR("Layer", "Most tokens"))
                .slider(2, 20'000)
                .help(LB_TR("Layer",
                            "Size of the vocabulary with its special tokens; empty: all that occur.")),
            field(&Params::oovIndices, "num_oov_indices", LB_TR("Layer", "Ids for unknown"))
                .slider(0, 16)
                .help(LB_TR("Layer",
                            "Unknown strings share these ids; with several they are spread by a "
                            "hash. 0: unknown strings are errors.")),
            field(&Params::mask, "mask_token", LB_TR("Layer", "Mask token"))
                .help(LB_TR("Layer", "The string that stands for nothing; it gets id 0.")),
            field(&Params::oov, "oov_token", LB_TR("Layer", "Unknown token"))
                .advanced()
                .help(LB_TR("Layer", "What unknown ids become on the way back.")),
            field(&Params::vocabulary, "vocabulary", LB_TR("Layer", "Vocabulary"))
                .help(LB_TR("Layer", "A list of tokens; empty: learned from data.")),
            field(&Params::idf, "idf_weights", LB_TR("Layer", "IDF weights"))
                .advanced()
                .appliesIf([](const Params& p) { return p.mode == OutputMode::TfIdf; })
                .help(LB_TR("Layer", "A weight for each token of a given vocabulary.")),
            field(&Params::invert, "invert", LB_TR("Layer", "Ids to strings")),
            field(&Params::mode, "output_mode", LB_TR("Layer", "Output"))
                .help(LB_TR("Layer",
                            "Ids, or vectors as long as the vocabulary: one for each string, or for "
                            "each row whether, how often or how characteristically it occurs.")),
            field(&Params::pad, "pad_to_max_tokens", LB_TR("Layer", "Pad to most tokens"))
                .appliesIf([](const Params& p) { return p.mode != OutputMode::Int; })
                .help(LB_TR("Layer", "Vectors have that length whatever was learned.")),
            field(&Params::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras then keeps only what is not 0; the numbers are the same.")),
            field(&Params::encoding, "encoding", LB_TR("Layer", "Encoding")).advanced(),
            field(&Params::oovMethod, "oov_method", LB_TR("Layer", "Unknown by"))
                .advanced()
                .help(LB_TR("Layer",
                            "Keras keeps it for integers; strings are hashed whatever it says.")),
            field(&Params::salt, "salt", LB_TR("Layer", "Salt"))
                .advanced()
                .help(LB_TR("Layer", "Key of the hash that spreads unknown strings.")),
        };
    }
    static Result<> validate(const Params& p)
    {
        if (p.sparse && p.mode == OutputMode::Int)
            return Error{ErrorCode::BadParameter, "sparse",
                         LB_TR("Error", "can only be on if output_mode is not int")};
        if (p.encoding != "utf-8" && p.encoding != "UTF-8")
            return Error{ErrorCode::Unsupported,
                         "encoding",
                         {LB_TR("Error", "only utf-8 is read here, is: %1"), {p.encoding}}};
        return checkLookup(settingsOf(p));
    }
    /// Keras takes any dtype here and computes the same with all of them.
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static About describeAbout()
    {
        return {About::Family::Text,
                LB_TR("Layer", "Looks strings up in a vocabulary and gives their ids."),
                "y = id(x),  ids by frequency"};
    }
    static LookupSettings<std::string> settingsOf(const Params& p)
    {
        return {p.maxTokens, p.oovIndices, p.mask,          p.oov,        p.invert, p.mode,
                p.pad,       true,         hashKey(p.salt), p.vocabulary, p.idf};
    }
    static Result<> counts(const Params&, const Tensor& block, TokenCounts<std::string>& into)
    {
        if (block.dtype() != DType::String)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "learns from strings and got %1; an IntegerLookup takes "
                                         "integers"),
                          {std::string(nameOf(block.dtype()))}}};
        countRows(block.shape(), block.values<std::string>(), into);
        return std::monostate{};
    }
    static Result<Outputs> emit(const Params& p, const StateHandle& state, Emitter& e)
    {
        return emitLookup(settingsOf(p), state, e);
    }
    static std::vector<Example> examples()
    {
        const ConfigList words{"cyan", "turquoise", "celeste"};
        const std::vector<Spec> column{{DType::String, {3}, {}}}, rows{{DType::String, {2, 3}, {}}};
        return {
            {"ids", ConfigObject{{"vocabulary", words}}, column},
            {"masked, three ids for unknown",
             ConfigObject{{"vocabulary", words}, {"mask_token", ""}, {"num_oov_indices", 3}}, rows},
            {"which occur", ConfigObject{{"vocabulary", words}, {"output_mode", "multi_hot"}}, rows},
            {"weighted",
             ConfigObject{{"vocabulary", words},
                          {"output_mode", "tf_idf"},
                          {"idf_weights", ConfigList{0.5, 1.0, 1.5}}},
             rows},
            {"ids to strings",
             ConfigObject{{"vocabulary", words}, {"invert", true}},
             {{DType::Int64, {4}, {}}}},
        };
    }
};

} // namespace

void registerStringLookup(LayerRegistry& registry)
{
    registry.add<StringLookup>();
}

} // namespace lb
