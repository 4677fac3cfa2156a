#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lb {

/// What a layer learned of words or numbers, ready to be shown. A value; any thread.
struct VocabularyReport {
    std::vector<std::string> tokens = {}; ///< by id; the padding and out-of-vocabulary ones first
    std::size_t special = 0; ///< how many of them those are
    std::vector<std::size_t> pinned = {}; ///< ids that stay when it is learned again, ascending
    std::int64_t padding = -1; ///< id of the mask token; -1: none
    std::vector<std::int64_t> counts = {}; ///< of each token in the data; empty: not known (given)
    std::vector<std::int64_t> documents = {}; ///< rows that hold it; empty: not known
    std::vector<double> idf = {}; ///< empty: not known

    // Of the data that it was learned from; 0 where it was given.
    std::int64_t rows = 0;
    std::int64_t occurrences = 0; ///< of all tokens, also of those that were cut
    std::int64_t distinct = 0; ///< before max_tokens cut some off

    bool operator==(const VocabularyReport&) const = default;

    bool isPinned(std::size_t id) const;
    bool isSpecial(std::size_t id) const { return id < special; }
    bool counted() const { return counts.size() == tokens.size() && !counts.empty(); }
    /// Share of the data's occurrences that have a token of their own, 0..1; 0 if not counted.
    double coverage() const;
};
using VocabularyHandle = std::shared_ptr<const VocabularyReport>;

/// What a layer has learned, or was given; null where it has no vocabulary, or none yet.
VocabularyHandle vocabularyReport(const LayerDef& layer, const LayerRegistry& registry);

/// Rows of a vocabulary in an order, with a filter: what a table of a million tokens shows.
/// Making one walks over the tokens once and sorts what it keeps.
class VocabularyOrder {
public:
    enum class By : std::uint8_t { Id, Word, Count, Documents, Idf };

    VocabularyOrder() = default;
    /// `part`: tokens that hold these bytes; "" all of them. `pinnedOnly`: of the pinned ones.
    VocabularyOrder(VocabularyHandle vocabulary, By by, bool descending, const std::string& part,
                    bool pinnedOnly = false);

    std::size_t size() const { return m_ids.size(); }
    std::size_t id(std::size_t row) const { return m_ids[row]; }
    std::ptrdiff_t rowOf(std::size_t id) const; ///< -1 if it was filtered away
    /// Share of the occurrences of this token and all that are more frequent, 0..1.
    double cumulative(std::size_t id) const { return id < m_shares.size() ? m_shares[id] : 0; }

private:
    std::vector<std::uint32_t> m_ids;
    std::vector<double> m_shares;
};

} // namespace lb
