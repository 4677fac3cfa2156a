#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace lb {

/// A folder or a zip archive, read by relative names with '/'. One thread at a time.
class FileTree {
public:
    /// Errors: NotFound, BadFile, TooLarge.
    static Result<FileTree> open(const std::filesystem::path& path, const Limits& limits = {});

    const std::vector<std::string>& names() const; ///< sorted; files only
    bool contains(std::string_view name) const;
    /// Errors: NotFound, TooLarge, Io, BadFile.
    Result<std::string> read(const std::string& name, std::size_t mostBytes) const;

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace lb
