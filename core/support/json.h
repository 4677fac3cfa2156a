#pragma once

#include "core/support/config.h"
#include "core/support/limits.h"

namespace lb {

enum class JsonStyle : std::uint8_t {
    Compact, ///< one line, as Keras writes
    Canonical, ///< sorted keys, one item a line, two spaces a level, a line end at the end
};

/// Reads JSON (RFC 8259) and, beyond it, NaN, Infinity and -Infinity, which Keras writes.
/// An integer that fits 64 bits stays one. Errors: BadFile with line and column: not JSON, not
/// UTF-8, equal keys, nested or long beyond `limits`.
Result<Config> parseJson(std::string_view text, const Limits& limits = {});

/// Numbers in the shortest form that reads back the same; reals always have a point or exponent.
std::string writeJson(const Config& config, JsonStyle style);

} // namespace lb
