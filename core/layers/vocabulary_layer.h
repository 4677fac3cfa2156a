#pragma once

#include "core/layers/random_layer.h"

namespace lb {

/// A text as a layer takes it apart.
struct SplitText {
    std::string standardized;
    std::vector<std::string> tokens;
};

/// A layer that looks values up in a list of tokens that it was given or has learned.
class VocabularyLayerType : public AdaptableLayerType {
public:
    /// The tokens by id as Keras' get_vocabulary() gives them, special ones in front: string or
    /// int64 [n]. Errors: those of the parameters.
    virtual Result<Tensor> vocabulary(const Config& config, const StateHandle& state) const = 0;
    /// In the mode tf_idf the weight of every token of vocabulary(), float32 [n].
    virtual std::optional<Tensor> idfWeights(const Config& config,
                                             const StateHandle& state) const = 0;
    /// The state that Keras' set_vocabulary() leaves. `tokens` may begin with the special ones;
    /// `idf`, in the mode tf_idf, has one weight a token given. Errors: BadParameter as Keras
    /// (empty, repeated or misplaced tokens, more than max_tokens, weights that are missing).
    virtual Result<StateHandle> withVocabulary(const Config& config, const Tensor& tokens,
                                               const std::optional<Tensor>& idf) const = 0;
    /// finish() of a layer that had a state before: its pinned tokens stay. Errors: as finish().
    virtual Result<StateHandle> finishAfter(const Config& config, const Summary& sum,
                                            const AdaptedState& before) const
    {
        static_cast<void>(before);
        return finish(config, sum);
    }
    /// The words that are looked up; one word, the text as it is, for a layer that does not split.
    /// Errors: those of the parameters.
    virtual Result<SplitText> split(const Config& config, const std::string& text) const
    {
        static_cast<void>(config);
        return SplitText{text, {text}};
    }
};

} // namespace lb
