#pragma once

#include <cstddef>
#include <string_view>

namespace lb {

/// Bytes of the UTF-8 sequence at `at`: 1 to 4; 0 if there is none (a stray or missing byte, an
/// overlong form, a surrogate, the end). Source: RFC 3629.
std::size_t utf8Length(std::string_view text, std::size_t at);

bool isUtf8(std::string_view text);

} // namespace lb
