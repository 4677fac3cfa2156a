#include "core/layers/windows.h"

#include "core/ops/ops.h"

namespace lb {

ValueRef channelsLast(Emitter& emitter, ValueRef x, DataFormat format)
{
    if (emitter.rank(x) != 4) {
        emitter.fail({ErrorCode::BadShape,
                      "",
                      {LB_TR("Error", "needs a batch of images (4 axes), shape is: %1"),
                       {text(emitter.spec(x).shape)}}});
        return {};
    }
    if (format == DataFormat::ChannelsLast)
        return x;
    return emitter.op(ops::transpose(), {x}, {{"perm", ConfigList{0, 2, 3, 1}}});
}

ValueRef inFormat(Emitter& emitter, ValueRef y, DataFormat format)
{
    if (format == DataFormat::ChannelsLast)
        return y;
    return emitter.op(ops::transpose(), {y}, {{"perm", ConfigList{0, 3, 1, 2}}});
}

Config pairConfig(const BothOr<std::int64_t>& pair)
{
    return ConfigList{pair.first, pair.second};
}

std::string nameOf(Padding padding)
{
    return std::string(kerasNames(padding).at(static_cast<std::size_t>(padding)));
}

} // namespace lb
