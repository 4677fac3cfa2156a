#pragma once

#include "core/support/config.h"
#include "core/support/result.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// What tests are given: configs written short, files, what an error says, and statistics.

inline lb::Config pair(double a, double b)
{
    return lb::ConfigList{a, b};
}

/// An object as Keras serialises it.
inline lb::Config serialized(const char* name, lb::ConfigObject config = {})
{
    return lb::ConfigObject{{"class_name", name}, {"config", std::move(config)}};
}

inline std::string textOf(const lb::Error& error)
{
    return error.where + ": " + lb::english(error.message);
}

inline std::filesystem::path testData(std::string_view name)
{
    return std::filesystem::path(std::getenv("LAYERBENCH_SOURCE")) / "tests/data" / name;
}

/// A file or folder of the real data, or an empty path where there is none.
inline std::filesystem::path realData(std::string_view name)
{
    const std::filesystem::path path = std::filesystem::path(std::getenv("LAYERBENCH_DATA")) / name;
    return std::filesystem::exists(path) ? path : std::filesystem::path();
}

/// The share of a distribution that lies below a number.
using Cdf = std::function<double(double)>;

inline Cdf uniformCdf(double low, double high)
{
    return [=](double x) { return std::clamp((x - low) / (high - low), 0.0, 1.0); };
}

/// Kolmogorov and Smirnov's statistic, the largest gap between the share of `values` below a place
/// and `cdf`, times sqrt(n): above kStray once in a thousand tries.
inline double strayOf(std::vector<double> values, const Cdf& cdf)
{
    std::ranges::sort(values);
    const double n = static_cast<double>(values.size());
    double most = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = cdf(values[i]);
        most = std::max({most, expected - static_cast<double>(i) / n,
                         static_cast<double>(i + 1) / n - expected});
    }
    return most * std::sqrt(n);
}
inline constexpr double kStray = 1.95;

/// Pearson's statistic of counts that should be `expected` each.
inline double chiSquared(const std::vector<double>& counts, const std::vector<double>& expected)
{
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    return sum;
}
inline constexpr double kStrayCoin = 10.83; ///< passed once in a thousand tries by two cells
