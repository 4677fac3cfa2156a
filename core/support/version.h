#pragma once

#include <string_view>

namespace lb {

std::string_view version(); ///< of Layerbench: "0.1.0"

} // namespace lb
