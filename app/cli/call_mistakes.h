#pragma once

#include "core/support/config.h"
#include "core/support/result.h"

namespace lb {

/// What --dtype was told that is no dtype. It is of the inputs; what a layer computes in is a policy
/// in its config, and the error says so of a policy's name.
Error noDType(const std::string& name);

/// A layer as its file should hold it. Errors: BadFile with the way to write it, without `where`.
Result<> checkLayerFile(const Config& layer);

} // namespace lb
