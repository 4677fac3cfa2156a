#pragma once

#include "core/tensor/tensor.h"

namespace lb {

/// What a value says where words tell more than a picture: a sentence, its words and what they
/// became, the cells of a row, ids.
struct ValueWords {
    enum class Kind : std::uint8_t {
        Nothing, ///< its picture tells more
        Texts, ///< `to`: strings as they are
        Pairs, ///< `from` became `to`: a word its id, a cell its code
        Row, ///< `from` is the column's name, `to` what stands there
        Numbers, ///< `to`: ids, or a few numbers
        Shares, ///< `from` is the class, `share` how likely it is
    };
    struct Line {
        std::string from, to;
        double share = 0; ///< of Shares
        bool unknown = false; ///< of Pairs: the word is in no vocabulary
        bool operator==(const Line&) const = default;
    };

    Kind kind = Kind::Nothing;
    std::vector<Line> lines; ///< the first kMost of them
    std::int64_t count = 0; ///< how many there are
    static constexpr std::size_t kMost = 64;

    bool empty() const { return lines.empty(); }
    bool operator==(const ValueWords&) const = default;
};

/// "0.5", "true", "22"; a text as it is. `index` within the tensor.
std::string elementText(const Tensor& tensor, std::size_t index);

/// What a value without its batch axis says by itself: strings as Texts; along one axis integers
/// and up to three numbers as Numbers; Nothing for everything else. Any thread.
ValueWords wordsOf(const Tensor& value);

/// What every element became, where there are as many of both along one axis; Nothing otherwise.
/// `from` may have fewer than `to`: the padding behind it is left out.
ValueWords pairsOf(const std::vector<std::string>& from, const Tensor& to);

/// The cells of a row under their names; of a single one Texts or Numbers.
ValueWords rowWords(const std::vector<std::string>& names, const std::vector<Tensor>& cells);

} // namespace lb
