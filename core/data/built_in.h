#pragma once

#include "core/data/source.h"
#include "core/support/config.h"

#include <memory>

namespace lb {

/// Sentences of people who bought something, in two classes: `complaint` and `praise`. A small
/// grammar makes them of some 540 words and of model names that come up once or twice, as real text
/// has a long tail. Row i depends on (seed, i) only. One column, `text`.
std::shared_ptr<const Source> builtInSentences(std::int64_t count, std::uint64_t seed);

/// Three sentences, of which each is a class of its own: `humanity`, `needs` and `reason`; over and over
/// where `count` is larger. Enough to see what a TextVectorization learns. One column, `text`.
std::shared_ptr<const Source> threeSentences(std::int64_t count);

/// Passengers of a made-up ship, with the columns of the Titanic's table: pclass, sibsp, parch
/// (int64), age, fare (float32), sex, embarked, deck, alone (string); age, embarked and deck are
/// partly missing. The label is 1 for those who lived: about 85 of 100 can be told.
/// Row i depends on (seed, i) only. `columns`: see wishedColumns(); null or empty: all.
/// Errors: BadParameter, NotFound (a column), BadFile (a dtype that a column is not of).
Result<std::shared_ptr<const Source>> builtInTable(std::int64_t count, std::uint64_t seed,
                                                   const Config& columns);

} // namespace lb
