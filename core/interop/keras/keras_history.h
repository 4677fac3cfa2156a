#pragma once

#include "core/support/config.h"

#include <compare>
#include <optional>
#include <set>
#include <string>

namespace lb {

/// [layer, node, port]: how a config.json names a tensor.
struct KerasHistory {
    std::string layer;
    std::int64_t node = 0; ///< which call of the layer
    std::int64_t port = 0;
    auto operator<=>(const KerasHistory&) const = default;
};

std::optional<KerasHistory> kerasHistoryOf(const Config& config);

/// The inputs of a Functional in the order of its arguments; those of a dictionary by name.
std::vector<std::string> kerasInputNames(const Config& config);

/// The tensors that a layer is called on, as Keras 3 {args, kwargs} or Keras 2
/// [[layer, node, port, {}]]. A `mask` that comes from one of `masks` is left out: masks travel
/// with their values here. Errors: BadFile; Unsupported (anything but tensors).
Result<std::vector<KerasHistory>> kerasArguments(const Config& inboundNode,
                                                 const std::string& layer,
                                                 const std::set<std::string, std::less<>>& masks);

/// The ids of a mask that Keras wrote out: an entry of class NotEqual, which is no layer, that
/// compares one tensor with 0 as Embedding's mask_zero does. Nothing if it is something else.
std::optional<KerasHistory> kerasMaskSource(const Config& entry);

} // namespace lb
