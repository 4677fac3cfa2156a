#pragma once

#include "core/support/config.h"

#include <optional>

namespace lb {

/// [layer, node, port]: how a config.json names a tensor.
struct KerasHistory {
    std::string layer;
    std::int64_t node = 0; ///< which call of the layer
    std::int64_t port = 0;
};

std::optional<KerasHistory> kerasHistoryOf(const Config& config);

/// The tensors that a layer is called on, as Keras 3 {args, kwargs} or Keras 2
/// [[layer, node, port, {}]]. Errors: BadFile; Unsupported (anything but tensors).
Result<std::vector<KerasHistory>> kerasArguments(const Config& inboundNode,
                                                 const std::string& layer);

} // namespace lb
