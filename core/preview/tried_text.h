#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"

namespace lb {

/// One word of a sentence and what a layer makes of it.
struct TriedToken {
    std::string text;
    std::int64_t id = 0;
    bool oov = false;
    bool operator==(const TriedToken&) const = default;
};

/// A sentence and what a layer with a vocabulary makes of it.
struct TriedText {
    std::string standardized; ///< before it is split
    std::vector<TriedToken> tokens;
    std::vector<double> output; ///< of this one row: padded ids, or a vector of counts
    bool ids = true; ///< the output holds ids
    std::string dtype; ///< "int64 (1, 48)"
    std::string decoded; ///< the ids put back into words, without padding
    std::optional<Error> error; ///< why there is nothing
};

/// Calls the layer on one sentence. Any thread; takes microseconds for a sentence and as long as a
/// look over the vocabulary the first time that one is used.
TriedText tried(const LayerDef& layer, const LayerRegistry& registry, const std::string& sentence);

} // namespace lb
