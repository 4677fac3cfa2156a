#pragma once

#include "core/data/source.h"
#include "core/preview/vocabulary_report.h"
#include "core/support/jobs.h"

namespace lb {

/// How much of other rows a vocabulary knows.
struct VocabularyCheck {
    std::int64_t rows = 0;
    std::int64_t occurrences = 0; ///< of tokens in those rows
    std::int64_t unknown = 0;
    double medianLength = 0, longLength = 0; ///< tokens a row: median and 95th percentile
    double cutShare = 0; ///< of rows that are longer than output_sequence_length, 0..1
    /// Vocabulary size, special tokens included, and the share of occurrences that it does not
    /// know, 0..1; up to the size that the vocabulary has.
    std::vector<std::pair<std::int64_t, double>> oovBySize = {};

    bool operator==(const VocabularyCheck&) const = default;
    double oov() const
    {
        return occurrences > 0 ? static_cast<double>(unknown) / static_cast<double>(occurrences)
                               : 0;
    }
};

/// The column of texts that a layer reads without another layer between; nothing otherwise.
std::optional<std::size_t> textColumnOf(const Document& document, LayerId layer,
                                        const Source& source);

/// Takes the texts of some rows apart as the layer does and looks every token up. One thread.
/// Errors: those of the source and the layer, Cancelled.
Result<VocabularyCheck> checkedVocabulary(const LayerDef& layer, const LayerRegistry& registry,
                                          const VocabularyReport& vocabulary, const Source& source,
                                          std::size_t column, std::span<const std::int64_t> rows,
                                          const JobContext& job = {});

} // namespace lb
