#pragma once

#include "core/support/result.h"

#include <filesystem>
#include <vector>

namespace lb {

/// A program of ours that stands beside the running one; the environment variable
/// LAYERBENCH_BIN names another folder (tests stand elsewhere). Errors: NotFound.
Result<std::filesystem::path> siblingProgram(std::string_view name);

struct ProgramOutcome {
    int exitCode = -1; ///< 128 + signal if it was killed
    std::string output; ///< standard output, cut off where the caller's limit is
    std::string errors; ///< standard error, without the last line end
};

/// Runs a program to its end with `input` on its standard input; no shell. Keeps `mostOutput` bytes
/// of what it says. A program that does not read its input to the end is no error. Errors: Io.
Result<ProgramOutcome> runProgram(const std::vector<std::string>& command,
                                  std::string_view input = {},
                                  std::size_t mostOutput = 16u << 20);

} // namespace lb
