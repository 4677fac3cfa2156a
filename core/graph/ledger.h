#pragma once

#include "core/graph/analysis.h"

/// The ledger of adapting: each state's record says of what it was learned, and what stood there
/// before it. Fields: `data`, `columns`, `input`, `parameters` (hashes), `split`, `rows`, `block`, `seconds`, `at`
/// (UTC, "2026-11-26T16:30:00Z") and `history`, the records before it, the newest first.
namespace lb::ledger {

/// The `data` of a state that somebody typed the values for.
inline constexpr const char* kTyped = "typed";

/// Which rows a state was learned from. Nothing is said of states that came from a file.
enum class Split : std::uint8_t { Training, Validation, All, Typed, Unknown };
std::string_view nameOf(Split split); ///< as it stands in the record
Split splitOf(const AdaptedState& state);

/// Names what of a layer's parameters its state depends on.
std::string parametersHash(const LayerType& type, const Config& config);

/// Why a state is not what adapting now would give. What the record does not say is no reason, and
/// typed values are not the data's.
enum class Staleness : std::uint8_t { Fresh, OtherData, OtherInput, OtherParameters };
/// `node`: the layer's, null if it has none; `facts`: of the training rows.
Staleness stalenessOf(const Document& document, const LayerRegistry& registry,
                      const LayerDef& layer, const Node* node, const Facts& facts);
/// Names the training rows as far as they come to `node`: the columns that lead there, or all of them
/// where that is not known. "": nobody opened the data.
std::string dataOf(const Document& document, const Node* node, const Facts& facts);
/// The same of what comes to each port of a node, by its name: the record's `columns`, where a layer
/// learned from several.
ConfigObject dataOfPorts(const Document& document, const Node& node, const Facts& facts);

/// A record for the state that takes the place of `before`, whose record goes into its history; `at`
/// is now unless it is given. The history keeps the newest ten.
Config recorded(ConfigObject record, const StateHandle& before);
/// The record itself, then its history, the newest first.
std::vector<Config> entries(const AdaptedState& state);

} // namespace lb::ledger
