#pragma once

#include "core/conform/file_tree.h"
#include "core/layers/registry.h"

#include <optional>

namespace lb {

/// Predicts with the archive that a case names: {"model", "inputs", "predictions"} are files.
/// Reads the questions only. Errors: those of the archive; Unsupported (several inputs, strings),
/// BadShape, TooLarge before memory is taken.
Result<Tensor> answeredArchive(const FileTree& tree, const std::string& folder, const Config& json,
                               const LayerRegistry& registry, const Limits& limits);

/// What the case says that Keras predicts; null if it is not stored. Errors: BadFile.
Result<std::optional<Tensor>> expectedPrediction(const FileTree& tree, const std::string& folder,
                                                 const Config& json, const Limits& limits);

} // namespace lb
