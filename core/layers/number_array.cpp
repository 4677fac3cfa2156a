#include "core/layers/number_array.h"

namespace lb {
namespace {

constexpr std::size_t kMostAxes = 8;

Config written(const NumberArray& array, std::size_t axis, std::size_t& next)
{
    if (axis == array.shape.size())
        return array.values[next++];
    ConfigList list;
    for (std::int64_t i = 0; i < array.shape[axis]; ++i)
        list.push_back(written(array, axis + 1, next));
    return list;
}

bool readInto(const Config& config, std::size_t axis, NumberArray& into)
{
    if (const auto* list = config.as<ConfigList>()) {
        const auto size = static_cast<std::int64_t>(list->size());
        if (axis >= kMostAxes || (into.values.empty() && axis > into.shape.size()))
            return false;
        if (into.values.empty() && axis == into.shape.size())
            into.shape.push_back(size); // the first list of an axis says how long all are
        if (axis >= into.shape.size() || into.shape[axis] != size)
            return false;
        return std::ranges::all_of(
            *list, [&](const Config& item) { return readInto(item, axis + 1, into); });
    }
    double value = 0;
    if (axis != into.shape.size() || !Codec<double>::read(config, value))
        return false;
    into.values.push_back(value);
    return true;
}

} // namespace

Config Codec<NumberArray>::write(const NumberArray& array)
{
    std::size_t next = 0;
    return written(array, 0, next);
}

bool Codec<NumberArray>::read(const Config& config, NumberArray& into)
{
    const Config* inner = config.find("config");
    const Config* value = inner ? inner->find("value") : nullptr;
    NumberArray array;
    if (!readInto(value ? *value : config, 0, array))
        return false;
    into = std::move(array);
    return true;
}

} // namespace lb
