#pragma once

#include "core/data/source.h"
#include "core/graph/analysis.h"

namespace lb {

/// Which rows of a source train: all of them where other data are held out for validation, else
/// the recipe's split.
std::vector<std::int64_t> trainingRows(const Source& source, const Recipe& recipe, bool heldOut);
/// Names those rows: states that were learned from others are old.
std::string trainingHash(const Source& source, const Recipe& recipe, bool heldOut);
/// What the analysis wants to know of a source.
Facts factsOf(const Source& source, const Recipe& recipe, bool heldOut);
/// The same where `heldOut`, or null, is what the model is judged by: a size that differs there is not
/// known.
Facts factsOf(const Source& source, const Recipe& recipe, const Source* heldOut);

} // namespace lb
