#pragma once

#include "core/interop/keras/keras_graph.h"
#include "core/interop/keras/keras_variables.h"
#include "core/interop/zip.h"
#include "core/layers/vocabulary_layer.h"

namespace lb {

/// What a layer that was adapted knows; nothing for other layers.
struct KerasVocabulary {
    Tensor tokens; ///< with the special ones in front
    /// Python's lines of a text file give these tokens back: Keras keeps them in vocabulary.txt. Else
    /// (a line break within a token, "" at the end, weights) they stand in the config.
    bool asLines = true;
    std::optional<Tensor> idf; ///< in the mode tf_idf
};
std::optional<KerasVocabulary> kerasVocabulary(const LayerType& type, const Config& config,
                                               const StateHandle& state);

/// The text of a vocabulary.txt. Only for tokens that fit there.
std::string kerasVocabularyText(const Tensor& tokens);

/// The members of an archive that hold vocabularies, "assets/layers/string_lookup/vocabulary.txt".
std::map<std::string, std::string> kerasAssets(const Document& document, const FlatModel& model,
                                               const std::vector<KerasVariables>& variables);

/// What a layer learned whose variables stand at `variables` ("layers/string_lookup/vars"); `name` is
/// told in errors. Weights of tf_idf are 0 then. Errors: as takeKerasAssets().
Result<StateHandle> readKerasVocabulary(const ZipReader& zip, std::string_view variables,
                                        const VocabularyLayerType& type, const Config& config,
                                        const std::string& name, const Limits& limits);

/// The way back: layers without a vocabulary of their own learn what the archive holds for them.
/// Before the weights: shapes follow from how many tokens there are. Weights of tf_idf are 0 then.
/// Errors: BadFile (no vocabulary, or one that the layer refuses), TooLarge.
Result<> takeKerasAssets(const ZipReader& zip, const std::vector<KerasPlace>& places,
                         const LayerRegistry& registry, const Limits& limits, Document& document);

} // namespace lb
