#pragma once

#include "core/preview/value_words.h"
#include "core/training/plan.h"

namespace lb {

/// What the value that a call gave says: words and their ids where it was made of a text or of one
/// cell, else what it says by itself. The plan has run with one row and kept the call's inputs.
ValueWords wordsOfCall(const Plan& plan, std::optional<std::size_t> call, const Tensor& value);

} // namespace lb
