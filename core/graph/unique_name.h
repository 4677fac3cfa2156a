#pragma once

#include "core/graph/document.h"

namespace lb {

/// `wish`, or it with the first free number behind it, where a layer or a group has that name.
std::string uniqueName(const Document& document, const std::string& wish);

} // namespace lb
