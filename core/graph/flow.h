#pragma once

#include <string_view>

/// The classes that are ours, not Keras': they mark where values come from and go to.
namespace lb::flow {

inline constexpr std::string_view kSource = "Source"; ///< outputs 0 image, 1 label
inline constexpr std::string_view kBatch = "Batch"; ///< rows become batches
inline constexpr std::string_view kOutput = "Output"; ///< inputs "" prediction, "label"
inline constexpr std::string_view kInput = "Input"; ///< of a composite body, by its order there
inline constexpr std::string_view kLabelPort = "label";

} // namespace lb::flow
