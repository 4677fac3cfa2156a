#include "core/ops/value_map.h"

#include <algorithm>

namespace lb {

std::array<double, 2> valueRangeArg(const Config& args)
{
    return {realArg(args, "least"), realArg(args, "most")};
}

ValueRange spreadRange(const ValueRange& x, std::array<double, 2> valueRange)
{
    const auto [least, most] = std::ranges::minmax(valueRange);
    if (!x.known())
        return ValueRange::declared(least, most);
    return {x.trust, std::min(x.least, least), std::max(x.most, most)};
}

} // namespace lb
