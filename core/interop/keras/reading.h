#pragma once

#include "core/support/config.h"
#include "core/support/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lb {

/// The file is no archive that Keras writes: `where` names the place in it.
inline Error badArchive(std::string where, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadFile, std::move(where), {reason, std::move(args)}};
}

/// Keras may write that, but it is not computed here.
inline Error notComputed(std::string where, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::Unsupported, std::move(where), {reason, std::move(args)}};
}

/// The entry of an object, or null where it is missing or of another kind.
inline const std::string* textEntry(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value ? value->as<std::string>() : nullptr;
}

inline const ConfigList* listEntry(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value ? value->as<ConfigList>() : nullptr;
}

} // namespace lb
