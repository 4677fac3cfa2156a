#pragma once

#include "core/interop/code/keras_code.h"

namespace lb {

/// The layer behind a group that is used by chance, which Keras does not have: a class `RandomGroup`
/// that is called on the group's input and on what each branch makes of it.
std::string groupClass(CodeLanguage language);

/// The probability of each of `branches` branches, as `call` says.
std::vector<double> branchProbabilities(const Config& call, std::size_t branches);

/// A group as lines of Python: its layers in a row, and how they are used.
std::string groupCall(const Document& document, const LayerRegistry& registry, NodeId node);

} // namespace lb
