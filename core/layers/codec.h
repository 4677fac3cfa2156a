#pragma once

#include "core/layers/param_spec.h"
#include "core/support/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lb {

/// How a parameter type stands in a Config. read() leaves `into` alone and returns false if the
/// value has another type. An enum needs `kerasNames(E)` beside it: its names in enum order.
template <typename T> struct Codec {
    static_assert(std::is_enum_v<T>, "specialise Codec for this type");
    static constexpr ParamKind kKind = ParamKind::Choice;
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
    static constexpr ParamKind kKind = ParamKind::Any;
    static Config write(const Config& value) { return value; }
    static bool read(const Config& config, Config& into)
    {
        into = config;
        return true;
    }
};

template <> struct Codec<bool> {
    static constexpr ParamKind kKind = ParamKind::Bool;
    static Config write(bool value) { return value; }
    static bool read(const Config& config, bool& into)
    {
        const bool* value = config.as<bool>();
        into = value ? *value : into;
        return value;
    }
};

template <> struct Codec<std::int64_t> {
    static constexpr ParamKind kKind = ParamKind::Integer;
    static Config write(std::int64_t value) { return value; }
    static bool read(const Config& config, std::int64_t& into)
    {
        const std::int64_t* value = config.as<std::int64_t>();
        into = value ? *value : into;
        return value;
    }
};

template <> struct Codec<double> {
    static constexpr ParamKind kKind = ParamKind::Real;
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

template <> struct Codec<std::string> {
    static constexpr ParamKind kKind = ParamKind::Text;
    static Config write(const std::string& value) { return value; }
    static bool read(const Config& config, std::string& into)
    {
        const auto* value = config.as<std::string>();
        if (value)
            into = *value;
        return value;
    }
};

/// A value that may be absent: null.
template <typename T> struct Codec<std::optional<T>> {
    static constexpr ParamKind kKind = Codec<T>::kKind;
    static Config write(const std::optional<T>& value)
    {
        return value ? Codec<T>::write(*value) : Config();
    }
    static bool read(const Config& config, std::optional<T>& into)
    {
        if (config.isNull()) {
            into.reset();
            return true;
        }
        T value{};
        if (!Codec<T>::read(config, value))
            return false;
        into = std::move(value);
        return true;
    }
};

/// Numbers in a list.
template <typename T>
requires std::same_as<T, std::int64_t> || std::same_as<T, double>
struct Codec<std::vector<T>> {
    static constexpr ParamKind kKind = ParamKind::List;
    static Config write(const std::vector<T>& values)
    {
        ConfigList list;
        for (const T value : values)
            list.emplace_back(value);
        return list;
    }
    static bool read(const Config& config, std::vector<T>& into)
    {
        const auto* list = config.as<ConfigList>();
        std::vector<T> values(list ? list->size() : 0);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!Codec<T>::read((*list)[i], values[i]))
                return false;
        if (list)
            into = std::move(values);
        return list;
    }
};

/// Two numbers, always written as a list: value_range.
template <typename T> struct Codec<std::array<T, 2>> {
    static constexpr ParamKind kKind = ParamKind::Pair;
    static Config write(const std::array<T, 2>& pair) { return ConfigList{pair[0], pair[1]}; }
    static bool read(const Config& config, std::array<T, 2>& into)
    {
        std::vector<T> values;
        if (!Codec<std::vector<T>>::read(config, values) || values.size() != 2)
            return false;
        into = {values[0], values[1]};
        return true;
    }
};

/// Two numbers of which one may stand for both: kernel_size, strides, pool_size.
template <typename T> struct BothOr {
    T first{}, second{};
    bool operator==(const BothOr&) const = default;
};

template <typename T> struct Codec<BothOr<T>> {
    static constexpr ParamKind kKind = ParamKind::Pair;
    static Config write(const BothOr<T>& pair) { return ConfigList{pair.first, pair.second}; }
    static bool read(const Config& config, BothOr<T>& into)
    {
        T one{};
        std::array<T, 2> two{};
        if (Codec<T>::read(config, one))
            into = {one, one};
        else if (Codec<std::array<T, 2>>::read(config, two))
            into = {two[0], two[1]};
        else
            return false;
        return true;
    }
};

/// How far a random layer goes: one number or both ends. A field's least and most bound it.
struct Factor {
    double low = 0; ///< as it stands in the config: both are the number where `scalar` holds
    double high = 0;
    bool scalar = false;

    static Factor of(double both) { return {both, both, true}; }
    static Factor between(double low, double high) { return {low, high, false}; }
    bool operator==(const Factor&) const = default;
};

template <> struct Codec<Factor> {
    static constexpr ParamKind kKind = ParamKind::Range;
    static Config write(const Factor& factor)
    {
        return factor.scalar ? Config(factor.low) : ConfigList{factor.low, factor.high};
    }
    static bool read(const Config& config, Factor& into)
    {
        double one = 0;
        std::array<double, 2> ends{};
        if (Codec<double>::read(config, one))
            into = Factor::of(one);
        else if (Codec<std::array<double, 2>>::read(config, ends))
            into = Factor::between(ends[0], ends[1]);
        else
            return false;
        return true;
    }
};

/// The ends that a factor means, sorted. Source: Keras 3 `_set_factor`.
inline std::array<double, 2> endsOf(const Factor& factor, double least)
{
    if (factor.scalar)
        return {std::max(-std::abs(factor.low), least), std::abs(factor.low)};
    return {std::min(factor.low, factor.high), std::max(factor.low, factor.high)};
}

/// Keras' seed of a layer; the project's own streams do not depend on it unless it is set.
struct Seed {
    std::optional<std::int64_t> value;
    bool operator==(const Seed&) const = default;
};

template <> struct Codec<Seed> {
    static constexpr ParamKind kKind = ParamKind::Seed;
    static Config write(const Seed& seed)
    {
        return Codec<std::optional<std::int64_t>>::write(seed.value);
    }
    static bool read(const Config& config, Seed& into)
    {
        return Codec<std::optional<std::int64_t>>::read(config, into.value)
            || config.find("class_name"); // a serialised SeedGenerator
    }
};

/// Where the channels stand. null is Keras' default, which is channels_last.
enum class DataFormat : std::uint8_t { ChannelsLast, ChannelsFirst };

template <> struct Codec<DataFormat> {
    static constexpr ParamKind kKind = ParamKind::Choice;
    static std::vector<std::string> choices() { return {"channels_last", "channels_first"}; }
    static Config write(DataFormat format)
    {
        return choices().at(static_cast<std::size_t>(format));
    }
    static bool read(const Config& config, DataFormat& into)
    {
        const auto* name = config.as<std::string>();
        if (config.isNull() || (name && *name == "channels_last"))
            into = DataFormat::ChannelsLast;
        else if (name && *name == "channels_first")
            into = DataFormat::ChannelsFirst;
        else
            return false;
        return true;
    }
};

/// What limits and sliders of a parameter type are made of, what null and lists mean to it, and
/// the numbers that its limits are for.
template <typename T> struct ParamTraits {
    using Limit = T;
    static constexpr bool kNullable = false;
    static constexpr bool kIntegral = std::same_as<T, std::int64_t>;
    static constexpr bool kScalarPair = false;
    static std::vector<T> limited(const T& value) { return {value}; }
};
template <typename T> struct ParamTraits<std::optional<T>> : ParamTraits<T> {
    static constexpr bool kNullable = true;
    static auto limited(const std::optional<T>& value)
    {
        return value ? ParamTraits<T>::limited(*value)
                     : decltype(ParamTraits<T>::limited(*value)){};
    }
};
template <typename T> struct ParamTraits<std::vector<T>> : ParamTraits<T> {
    static std::vector<T> limited(const std::vector<T>& value) { return value; }
};
template <typename T> struct ParamTraits<std::array<T, 2>> : ParamTraits<T> {
    static std::vector<T> limited(const std::array<T, 2>& value) { return {value[0], value[1]}; }
};
template <typename T> struct ParamTraits<BothOr<T>> : ParamTraits<T> {
    static constexpr bool kScalarPair = true;
    static std::vector<T> limited(const BothOr<T>& value) { return {value.first, value.second}; }
};
/// Of a factor's two ends Keras checks only that they reach into the range: the layers do that.
template <> struct ParamTraits<Factor> : ParamTraits<double> {
    static std::vector<double> limited(const Factor& value)
    {
        return value.scalar ? std::vector{value.low} : std::vector<double>{};
    }
};
template <> struct ParamTraits<Seed> : ParamTraits<std::optional<std::int64_t>> {
    static std::vector<std::int64_t> limited(const Seed&) { return {}; }
};

} // namespace lb
