#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lb {

/// The one of `known` that was probably meant: the same but for case and signs, or few letters
/// away. "": none is near.
std::string nearestName(std::string_view name, std::span<const std::string> known);

} // namespace lb
