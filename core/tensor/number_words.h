#pragma once

#include "core/tensor/float16.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lb {

/// Numbers as words, the same in every locale.
std::optional<std::int64_t> integerOf(std::string_view word); ///< the whole word, in range
std::optional<double> realOf(std::string_view word); ///< "2", "2.", "-1e-3"
std::string shortestText(float value); ///< reads back the same: "0.1", "nan", "-inf"
std::string shortestText(double value);
std::string shortestText(Float16 value);
std::string shortestText(BFloat16 value);
std::string roundedText(double value); ///< six digits: "0.333333", "1.23457e+08"

} // namespace lb
