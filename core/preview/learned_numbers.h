#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/support/limits.h"

#include <filesystem>

namespace lb {

/// The numbers that a layer learned or was given, as they stand in a file: Normalization has the
/// columns mean and variance, Discretization bin_boundaries.
struct LearnedNumbers {
    std::vector<std::string> names;
    std::vector<std::vector<double>> columns; ///< parallel to names, of one length
    bool operator==(const LearnedNumbers&) const = default;
};

/// Errors: Unsupported (a layer without such numbers), NotFound (not adapted).
Result<LearnedNumbers> learnedNumbers(const LayerDef& layer, const LayerRegistry& registry);

/// The layer with other numbers: as a state, or in the config of one that was given them there.
/// `input` is what comes to it, batch in front, where that is known.
/// Errors: Unsupported; BadParameter (as many numbers as the layer needs, variances below 0,
/// boundaries that do not ascend), with the place of the number.
Result<LayerDef> withLearnedNumbers(const LayerDef& layer, const LayerRegistry& registry,
                                    const std::optional<Spec>& input, const LearnedNumbers& numbers);

/// Reads numbers for a layer of that class. A file has, by its ending:
///   .txt   a line for each place: its numbers in the order of the columns, separated by blanks;
///          lines that begin with # say what somebody wants to say;
///   .csv   a header with the names of the columns, then as .txt, separated by commas;
///   .json  {"mean": [..], "variance": [..]}, {"bin_boundaries": [..]}, or the list of boundaries;
///   .npy   numbers [columns, places], or [places] where there is one column.
/// Errors: NotFound, Io, TooLarge, Unsupported (another ending or layer); BadFile with the line, or
/// the place in a list: not a number, not finite, too few or too many on a line, a negative
/// variance, a boundary that does not ascend, nothing at all.
Result<LearnedNumbers> readLearnedNumbers(const std::filesystem::path& path,
                                          std::string_view kerasClass, const Limits& limits = {});

/// Writes what readLearnedNumbers() reads back as the same float32, which is what layers compute
/// with: text has as few digits as that takes. Errors: Io, Unsupported (another ending).
Result<> writeLearnedNumbers(const std::filesystem::path& path, const LearnedNumbers& numbers);

} // namespace lb
