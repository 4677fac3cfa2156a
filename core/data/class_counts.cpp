#include "core/data/sources.h"

#include <algorithm>
#include <limits>

namespace lb {

ClassCounts classCounts(const Source& source)
{
    ClassCounts result;
    result.counts.resize(source.classNames().size(), 0);
    for (std::int64_t i = 0; i < source.size(); ++i)
        if (const auto label = static_cast<std::size_t>(source.label(i));
            label < result.counts.size())
            ++result.counts[label];
    if (result.counts.empty())
        return result;
    const auto [least, most] = std::ranges::minmax(result.counts);
    result.imbalance = least > 0 ? static_cast<double>(most) / static_cast<double>(least)
                                 : std::numeric_limits<double>::infinity();
    return result;
}

} // namespace lb
