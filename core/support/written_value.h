#pragma once

#include "core/support/config.h"

#include <string>

namespace lb {

/// A value as JSON writes it, for a message: cut between two letters where it is long.
std::string writtenValue(const Config& value);

} // namespace lb
