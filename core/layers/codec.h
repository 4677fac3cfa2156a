#pragma once

#include "core/support/config.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lb {

/// How a parameter type stands in a Config. read() leaves `into` alone and returns false if the
/// value has another type. An enum needs `kerasNames(E)` beside it: its names in enum order.
template <typename T> struct Codec {
    static_assert(std::is_enum_v<T>, "specialise Codec for this type");
    static Config write(T value)
    {
        return std::string(kerasNames(value).at(static_cast<std::size_t>(value)));
    }
    static bool read(const Config& config, T& into)
    {
        const auto* name = config.as<std::string>();
        const auto names = kerasNames(into);
        const auto found = name ? std::ranges::find(names, *name) : names.end();
        if (found == names.end())
            return false;
        into = static_cast<T>(found - names.begin());
        return true;
    }
    static std::vector<std::string> choices()
    {
        const auto names = kerasNames(T{});
        return {names.begin(), names.end()};
    }
};

/// A value that stays as it is: validated by the layer.
template <> struct Codec<Config> {
    static Config write(const Config& value) { return value; }
    static bool read(const Config& config, Config& into)
    {
        into = config;
        return true;
    }
};

template <> struct Codec<bool> {
    static Config write(bool value) { return value; }
    static bool read(const Config& config, bool& into)
    {
        const bool* value = config.as<bool>();
        into = value ? *value : into;
        return value;
    }
};

template <> struct Codec<std::int64_t> {
    static Config write(std::int64_t value) { return value; }
    static bool read(const Config& config, std::int64_t& into)
    {
        const std::int64_t* value = config.as<std::int64_t>();
        into = value ? *value : into;
        return value;
    }
};

template <> struct Codec<double> {
    static Config write(double value) { return value; }
    static bool read(const Config& config, double& into)
    {
        if (const auto* integer = config.as<std::int64_t>()) // Python writes 1 where it means 1.0
            into = static_cast<double>(*integer);
        else if (const auto* real = config.as<double>())
            into = *real;
        else
            return false;
        return true;
    }
};

} // namespace lb
