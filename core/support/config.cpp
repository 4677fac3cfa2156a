#include "core/support/config.h"

#include <cmath>

namespace lb {

const Config* Config::find(std::string_view key) const
{
    const auto* object = as<ConfigObject>();
    if (!object)
        return nullptr;
    const auto entry = object->find(key);
    return entry == object->end() ? nullptr : &entry->second;
}

bool Config::operator==(const Config& other) const
{
    if (m_value.index() != other.m_value.index())
        return false;
    if (const auto* list = as<ConfigList>())
        return *list == *other.as<ConfigList>();
    if (const auto* object = as<ConfigObject>())
        return *object == *other.as<ConfigObject>();
    if (const auto* number = as<double>(); number && std::isnan(*number))
        return std::isnan(*other.as<double>()); // else a node with NaN would be stale for ever
    return m_value == other.m_value;
}

Result<Config> withParam(const Config& config, std::string_view path, Config value)
{
    const auto* object = config.as<ConfigObject>();
    if (!object)
        return Error{ErrorCode::BadParameter, std::string(path),
                     LB_TR("Error", "the value around it is not an object")};
    const auto slash = path.find('/');
    const std::string key(path.substr(0, slash));
    ConfigObject edited = *object;
    if (slash == std::string_view::npos) {
        edited[key] = std::move(value);
    } else {
        LB_TRY(inner, withParam(edited[key], path.substr(slash + 1), std::move(value)));
        edited[key] = std::move(inner);
    }
    return Config(std::move(edited));
}

} // namespace lb
