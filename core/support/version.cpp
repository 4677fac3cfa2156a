#include "core/support/version.h"

namespace lb {

std::string_view version()
{
    return LAYERBENCH_VERSION;
}

} // namespace lb
