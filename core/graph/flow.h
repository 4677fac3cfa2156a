#pragma once

#include "core/graph/document.h"

namespace lb {
class LayerRegistry;
}

/// The classes that are ours, not Keras': they mark where values come from and go to.
namespace lb::flow {

inline constexpr std::string_view kSource = "Source"; ///< outputs: its columns, then the label
inline constexpr std::string_view kBatch = "Batch"; ///< rows become batches
inline constexpr std::string_view kOutput = "Output"; ///< inputs "" prediction, "label"
inline constexpr std::string_view kInput = "Input"; ///< of a composite body, by its order there
inline constexpr std::string_view kLabelPort = "label";

bool isClass(const Document& document, const Node& node, std::string_view kerasClass);
/// Runs before the batch: what feeds a part that begins with the model.
bool isPipeline(const Document& document, const Node& node);
const PortRef* wireTo(const Node& node, std::string_view port); ///< null: none leads there
const PortRef* firstWire(const Node& node); ///< null: it has none
std::vector<PortRef> dataWires(const Node& node); ///< into its inputs, but that of labels
/// Where a new layer of that class belongs: what prepares data before the batch, the rest behind it.
Stage stageOfNew(const LayerRegistry& registry, std::string_view kerasClass);
/// What leads to the Output. Errors: NotFound.
Result<PortRef> prediction(const Document& document);

} // namespace lb::flow
