#pragma once

#include "core/layers/vocabulary_layer.h"
#include "core/preview/vocabulary_report.h"
#include "core/support/limits.h"

#include <filesystem>

namespace lb {

/// The tokens of a file: `.json` a list of texts or whole numbers, otherwise UTF-8 text with a
/// token a line (line ends of any system; a mark of the byte order is left out). String [n], or
/// int64 [n] where `integers`.
/// Errors: NotFound, Io, TooLarge; BadFile with the line, or the place in a list: no token at all, one that comes twice
/// (and where it came first), not UTF-8, a binary file, no whole number.
Result<Tensor> readVocabulary(const std::filesystem::path& path, bool integers,
                              const Limits& limits = {});

/// The state of a layer with a file's tokens, as its withVocabulary() gives it: its special tokens
/// may stand in front, the one for unknown ones as often as it has indices. Errors: those of
/// readVocabulary(); those of the layer, with the line of a token that stands in a wrong place.
Result<StateHandle> stateOfVocabulary(const std::filesystem::path& path,
                                      const VocabularyLayerType& layer, const Config& config,
                                      bool integers, const Limits& limits = {});

/// Writes the learned tokens, without the special ones, by the name's ending: `.json` a list,
/// `.tsv` a table with count, document frequency and idf, otherwise a token a line. What
/// readVocabulary() reads back. Errors: Io; BadParameter (a token with a line end in text).
Result<> writeVocabulary(const std::filesystem::path& path, const VocabularyReport& vocabulary,
                         bool integers);

} // namespace lb
