#include "core/layers/dtype_policy.h"
#include "core/layers/lookup_layer.h"
#include "core/layers/registry.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

struct IntegerLookupParams {
    std::optional<std::int64_t> maxTokens;
    std::int64_t oovIndices = 1;
    std::optional<std::int64_t> mask;
    std::optional<std::int64_t> oov = -1;
    Config vocabulary, idf;
    std::string vocabularyDType = "int64";
    bool invert = false;
    NamedOutputMode mode;
    bool sparse = false;
    bool pad = false;
    OovMethod oovMethod = OovMethod::FloorMod;
    LookupSalt salt;

    bool operator==(const IntegerLookupParams&) const = default;
};

/// Integers become ids by their place in a vocabulary, given or learned by adapt(): the most frequent
/// first, equal ones by size, descending. Ids: the mask token (mode int) 0, then num_oov_indices for
/// unknown integers (by remainder, or by FarmHash64 or SipHash-2-4 of the decimal digits), then the
/// tokens. With `invert` ids become integers.
///
/// Shapes: int as x, int64; the other modes see codesOf(): int64, tf_idf float32. A row is a document.
/// Keys are exact up to 2^63. Errors: BadParameter as Keras; BadShape (strings); at a call without a
/// vocabulary NotFound. Source: Keras 3 `IntegerLookup`.
class IntegerLookup final : public LookupLayerOf<IntegerLookup, IntegerLookupParams, std::int64_t> {
public:
    static constexpr std::string_view kKerasClass = "IntegerLookup";
    using Params = IntegerLookupParams;

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
                            "Unknown integers share these ids. 0: unknown integers are errors.")),
            field(&Params::mask, "mask_token", LB_TR("Layer", "Mask token"))
                .help(LB_TR("Layer", "The integer that stands for nothing; it gets id 0.")),
            field(&Params::oov, "oov_token", LB_TR("Layer", "Unknown token"))
                .advanced()
                .help(LB_TR("Layer", "What unknown ids become on the way back.")),
            field(&Params::vocabulary, "vocabulary", LB_TR("Layer", "Vocabulary"))
                .help(LB_TR("Layer", "A list of integers; empty: learned from data.")),
            field(&Params::vocabularyDType, "vocabulary_dtype", LB_TR("Layer", "Vocabulary dtype"))
                .advanced(),
            field(&Params::idf, "idf_weights", LB_TR("Layer", "IDF weights"))
                .advanced()
                .appliesIf([](const Params& p) { return p.mode == OutputMode::TfIdf; })
                .help(LB_TR("Layer", "A weight for each token of a given vocabulary.")),
            field(&Params::invert, "invert", LB_TR("Layer", "Ids to integers")),
            field(&Params::mode, "output_mode", LB_TR("Layer", "Output"))
                .help(LB_TR("Layer",
                            "Ids, or vectors as long as the vocabulary: one for each integer, or "
                            "for each row whether, how often or how characteristically it occurs.")),
            field(&Params::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras then keeps only what is not 0; the numbers are the same.")),
            field(&Params::pad, "pad_to_max_tokens", LB_TR("Layer", "Pad to most tokens"))
                .appliesIf([](const Params& p) { return p.mode != OutputMode::Int; })
                .help(LB_TR("Layer", "Vectors have that length whatever was learned.")),
            field(&Params::oovMethod, "oov_method", LB_TR("Layer", "Unknown by"))
                .advanced()
                .appliesIf([](const Params& p) { return p.oovIndices > 1; })
                .help(LB_TR("Layer", "How unknown integers are spread over their ids.")),
            field(&Params::salt, "salt", LB_TR("Layer", "Salt"))
                .advanced()
                .appliesIf([](const Params& p) { return p.oovMethod == OovMethod::FarmHash; })
                .help(LB_TR("Layer", "Key of the hash that spreads unknown integers.")),
        };
    }
    static Result<> validate(const Params& p)
    {
        if (p.sparse && p.mode == OutputMode::Int)
            return Error{ErrorCode::BadParameter, "sparse",
                         LB_TR("Error", "can only be on if output_mode is not int")};
        if (p.vocabularyDType != "int64")
            return Error{ErrorCode::BadParameter,
                         "vocabulary_dtype",
                         {LB_TR("Error", "only int64 is supported, is: %1"), {p.vocabularyDType}}};
        return checkLookup(settingsOf(p));
    }
    /// Keras takes any dtype here and computes the same with all of them.
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Looks integers up in a vocabulary and gives their ids."),
                "y = id(x),  ids by frequency"};
    }
    static LookupSettings<std::int64_t> settingsOf(const Params& p)
    {
        return {p.maxTokens, p.oovIndices, p.mask, p.oov, p.invert, p.mode, p.pad,
                p.oovMethod == OovMethod::FarmHash, hashKey(p.salt), p.vocabulary, p.idf};
    }
    static Result<> counts(const Params&, const Tensor& block, TokenCounts<std::int64_t>& into)
    {
        if (block.dtype() == DType::String)
            return Error{ErrorCode::BadShape, "",
                         LB_TR("Error", "learns from integers and got strings; a StringLookup "
                                        "takes strings")};
        dispatch(block.dtype(), [&]<typename Number>(Number) {
            std::vector<std::int64_t> tokens(block.values<Number>().size());
            std::ranges::transform(block.values<Number>(), tokens.begin(),
                                   [](Number x) { return static_cast<std::int64_t>(x); });
            countRows(block.shape(), std::span<const std::int64_t>(tokens), into);
        });
        return std::monostate{};
    }
    static Result<Outputs> emit(const Params& p, const StateHandle& state, Emitter& e)
    {
        return emitLookup(settingsOf(p), state, e);
    }
    static std::vector<Example> examples()
    {
        const ConfigList ages{42, 1138, 12};
        const std::vector<Spec> column{{DType::Int64, {3}, {}}}, rows{{DType::Int64, {2, 3}, {}}};
        return {
            {"ids", ConfigObject{{"vocabulary", ages}}, column},
            {"masked, four ids for unknown",
             ConfigObject{{"vocabulary", ages}, {"mask_token", 0}, {"num_oov_indices", 4}}, rows},
            {"a vector each", ConfigObject{{"vocabulary", ages}, {"output_mode", "one_hot"}}, column},
            {"how many", ConfigObject{{"vocabulary", ages}, {"output_mode", "count"}}, rows},
            {"ids to integers", ConfigObject{{"vocabulary", ages}, {"invert", true}}, column},
        };
    }
};

} // namespace

void registerIntegerLookup(LayerRegistry& registry)
{
    registry.add<IntegerLookup>();
}

} // namespace lb
