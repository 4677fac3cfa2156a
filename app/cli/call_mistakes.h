#pragma once

#include "core/conform/layer_call.h"

namespace lb {

/// What --dtype was told that is no dtype. It is of the inputs; what a layer computes in is a policy
/// in its config, and the error says so of a policy's name.
Error noDType(const std::string& name);

/// A layer as its file should hold it. Errors: BadFile with the way to write it, without `where`.
Result<> checkLayerFile(const Config& layer);

/// An error of a call as one of the layer in `file`: of the layer's operations the user has not heard,
/// and an empty list may have been meant for one of strings, unless its dtype was said.
Error ofCall(Error error, const std::string& file, const LayerCall& call, const LayerRegistry& registry,
             bool dtypeSaid);

} // namespace lb
