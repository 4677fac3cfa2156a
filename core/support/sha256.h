#pragma once

#include <string>
#include <string_view>

namespace lb {

/// SHA-256 as 64 hexadecimal digits. Source: FIPS 180-4.
std::string sha256Hex(std::string_view bytes);

} // namespace lb
