#pragma once

#include "core/support/config.h"
#include "core/support/result.h"

#include <cstdlib>
#include <filesystem>
#include <string>

// What tests are given: configs written short, files, and what an error says.

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
