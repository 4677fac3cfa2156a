#include "core/ops/op.h"

#include <cassert>

namespace lb {

std::int64_t intArg(const Config& args, std::string_view key)
{
    const Config* value = args.find(key);
    assert(value && value->as<std::int64_t>());
    return *value->as<std::int64_t>();
}

double realArg(const Config& args, std::string_view key)
{
    const Config* value = args.find(key);
    assert(value);
    if (const auto* integer = value->as<std::int64_t>())
        return static_cast<double>(*integer);
    assert(value->as<double>());
    return *value->as<double>();
}

bool boolArg(const Config& args, std::string_view key)
{
    const Config* value = args.find(key);
    assert(value && value->as<bool>());
    return *value->as<bool>();
}

const std::string& textArg(const Config& args, std::string_view key)
{
    const Config* value = args.find(key);
    assert(value && value->as<std::string>());
    return *value->as<std::string>();
}

std::vector<std::int64_t> intsArg(const Config& args, std::string_view key)
{
    const Config* value = args.find(key);
    assert(value && value->as<ConfigList>());
    std::vector<std::int64_t> result;
    for (const Config& item : *value->as<ConfigList>())
        result.push_back(*item.as<std::int64_t>());
    return result;
}

Config intsConfig(std::span<const std::int64_t> values)
{
    ConfigList list;
    for (const std::int64_t value : values)
        list.emplace_back(value);
    return list;
}

} // namespace lb
