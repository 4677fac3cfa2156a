#pragma once

#include "core/layers/codec.h"

namespace lb {

/// Axes by number, in the order in which they were given; null and [] mean none.
struct AxisList {
    std::vector<std::int64_t> axes;
    bool scalar = false; ///< one axis that stands as a number, not as a list
    bool operator==(const AxisList&) const = default;
};

template <> struct Codec<AxisList> {
    static constexpr ParamKind kKind = ParamKind::List;
    static Config write(const AxisList& list)
    {
        return list.scalar ? Config(list.axes.at(0))
                           : Codec<std::vector<std::int64_t>>::write(list.axes);
    }
    static bool read(const Config& config, AxisList& into)
    {
        AxisList list;
        std::int64_t one = 0;
        if (Codec<std::int64_t>::read(config, one))
            list = {{one}, true};
        else if (!config.isNull() && !Codec<std::vector<std::int64_t>>::read(config, list.axes))
            return false;
        into = std::move(list);
        return true;
    }
};
template <> struct ParamTraits<AxisList> : ParamTraits<std::int64_t> {
    static constexpr bool kNullable = true;
    static std::vector<std::int64_t> limited(const AxisList& list) { return list.axes; }
};

} // namespace lb
