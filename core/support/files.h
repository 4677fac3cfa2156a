#pragma once

#include "core/support/result.h"

#include <filesystem>
#include <string_view>

namespace lb {

/// A file's bytes. Errors: NotFound, TooLarge (before memory is taken), Io.
Result<std::string> readFile(const std::filesystem::path& path, std::size_t mostBytes);

/// Saves so that the old or the new file is there, whatever happens, and success is claimed only
/// when the bytes are on the disk: a temporary file beside it, every write checked, fsync, size
/// checked, rename, fsync of the folder. Permissions of an existing file are kept, a symbolic link
/// is followed. Errors: Io; the old file stands and nothing is left behind.
Result<> saveAtomically(const std::filesystem::path& path, std::string_view bytes);

} // namespace lb
