#pragma once

#include "core/layers/index_lookup.h"
#include "core/layers/learns_with.h"

namespace lb {

/// The parts that StringLookup, IntegerLookup and TextVectorization have in common, for a class that
/// gives settingsOf(params) and counts(params, block, into).
template <typename Self, typename P, typename Token>
class LookupLayerOf : public LayerOf<Self, P, VocabularyLayerType>, public LearnsWith {
public:
    using Summary = AdaptableLayerType::Summary;

    Result<Summary> summarise(const Config& config, const Tensor& block) const final
    {
        LB_TRY(params, LookupLayerOf::decoded(config));
        auto counts = std::make_shared<TokenCounts<Token>>();
        if (Result<> done = Self::counts(params, block, *counts); !done.ok())
            return std::move(done.error());
        return Summary(std::move(counts));
    }
    Result<Summary> fold(const Config&, Summary sum, const Summary& next) const final
    {
        return foldedCounts<Token>(std::move(sum), next);
    }
    Result<StateHandle> finish(const Config& config, const Summary& sum) const final
    {
        LB_TRY(params, LookupLayerOf::decoded(config));
        if (!sum)
            return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no data to learn from")};
        return static_cast<const TokenCounts<Token>*>(sum.get())->learned(Self::settingsOf(params));
    }
    std::vector<std::string_view> learnedWith() const final
    {
        return {"max_tokens", "num_oov_indices", "mask_token", "oov_token", "output_mode",
                "standardize", "split", "ngrams"};
    }
    Result<StateHandle> finishAfter(const Config& config, const Summary& sum,
                                    const AdaptedState& before) const final
    {
        LB_TRY(params, LookupLayerOf::decoded(config));
        const auto pinned = before.tensors.find(lookup_state::kPinned);
        if (!sum || pinned == before.tensors.end() || pinned->second.dtype() != kDTypeOf<Token>)
            return finish(config, sum);
        return static_cast<const TokenCounts<Token>*>(sum.get())
            ->learned(Self::settingsOf(params), pinned->second.values<Token>());
    }
    bool needsState(const Config& config) const final
    {
        const Config* vocabulary = config.find("vocabulary");
        return !vocabulary || vocabulary->isNull();
    }

    Result<Tensor> vocabulary(const Config& config, const StateHandle& state) const final
    {
        LB_TRY(params, LookupLayerOf::decoded(config));
        return lookupVocabulary(Self::settingsOf(params), state);
    }
    std::optional<Tensor> idfWeights(const Config& config, const StateHandle& state) const final
    {
        const auto params = LookupLayerOf::decoded(config);
        if (!params.ok() || Self::settingsOf(params.value()).mode != OutputMode::TfIdf)
            return {};
        const auto lookup = Lookup<Token>::make(Self::settingsOf(params.value()), state);
        return lookup.ok() && lookup.value().ready() ? std::optional(lookup.value().idf())
                                                     : std::nullopt;
    }
    Result<StateHandle> withVocabulary(const Config& config, const Tensor& tokens,
                                       const std::optional<Tensor>& idf) const final
    {
        LB_TRY(params, LookupLayerOf::decoded(config));
        if (tokens.dtype() != kDTypeOf<Token> || tokens.shape().size() != 1)
            return Error{ErrorCode::BadParameter, "vocabulary",
                         std::is_same_v<Token, std::string>
                             ? LB_TR("Error", "needs a list of texts")
                             : LB_TR("Error", "needs a list of integers")};
        std::optional<std::vector<double>> weights;
        if (idf && idf->dtype() == DType::Float32)
            weights.emplace(idf->values<float>().begin(), idf->values<float>().end());
        return lookupStateOf(Self::settingsOf(params), tokens.values<Token>(), weights);
    }

    // An archive keeps the vocabulary beside the weights, see withVocabulary().
    Result<StateHandle> stateOf(const Config&, std::span<const Tensor>) const final
    {
        return StateHandle();
    }
    std::vector<Tensor> weightsOf(const Config&, const AdaptedState&) const final { return {}; }
    Result<std::vector<Shape>> weightShapes(const Config&, const Spec&) const final
    {
        return std::vector<Shape>{};
    }
};

/// Every element of a block is a token, every row a document.
template <typename Token>
void countRows(const Shape& shape, std::span<const Token> tokens, TokenCounts<Token>& counts)
{
    const std::size_t rows = shape.empty() ? 1 : static_cast<std::size_t>(shape.front());
    const std::size_t width = tokens.size() / std::max<std::size_t>(rows, 1);
    for (std::size_t first = 0; width > 0 && first < tokens.size(); first += width) {
        counts.beginDocument();
        for (const Token& token : tokens.subspan(first, width))
            if constexpr (std::is_same_v<Token, std::string>) {
                // short strings, too, own that much memory where the library keeps them in place
                if (token.capacity() >= kernels::KeyIndex<std::string_view>::kRoom - 1)
                    counts.addRoomy(token);
                else
                    counts.add(token);
            } else {
                counts.add(token);
            }
    }
}

} // namespace lb
