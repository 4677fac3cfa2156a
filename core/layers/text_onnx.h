#pragma once

#include "core/interop/onnx/onnx_node.h"
#include "core/layers/index_lookup.h"

/// ONNX recipes of what a TextVectorization does with words and characters.
namespace lb::text_onnx {

/// Runs of words in a row each: the pairs behind the single words, and so on.
struct Grams {
    std::string tokens; ///< strings [n, columns], "" where a row has none
    std::string there; ///< bool [n, columns]
    std::string longest; ///< int64 [1]: how many the row with the most of them has
};

/// Of words [n, t] ("" behind the last one of a row) of which a row has `counts` [n].
Grams grams(OnnxNode& node, const std::string& words, const std::string& counts,
            const std::vector<std::int64_t>& widths);

/// Their ids without the gaps: [n, longest], 0 behind the last one of a row.
std::string packed(OnnxNode& node, const std::string& ids, const Grams& grams);

/// The ids of the characters of texts [n], cut and padded to `length`: [n, length].
/// Errors: Unsupported (no length, or one that makes the file too large).
Result<std::string> characterIds(OnnxNode& node, const std::string& x,
                                 const Lookup<std::string>& lookup,
                                 const std::optional<std::int64_t>& length);

/// One code [n, depth] for each of the texts [n]: multi_hot, count or tf_idf of its characters. The last
/// two end the run with an error of ONNX Runtime (an index out of bounds) at a text of more than
/// kMostCounted characters. Errors: Unsupported (too many different characters).
inline constexpr std::int64_t kMostCounted = 511;
Result<std::string> characterCodes(OnnxNode& node, const std::string& x,
                                   const Lookup<std::string>& lookup);

} // namespace lb::text_onnx
