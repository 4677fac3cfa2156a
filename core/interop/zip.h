#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

namespace lb {

/// A zip archive opened for reading: its members' names were checked, their bytes come on demand.
/// One thread at a time.
class ZipReader {
public:
    /// Errors: NotFound, BadFile (no zip, two equal names, a name that leads outside, a link),
    /// TooLarge (members, inflated size against the file's).
    static Result<ZipReader> open(const std::filesystem::path& path, const Limits& limits = {});
    /// The same for an archive in memory; `name` is told in errors.
    static Result<ZipReader> of(std::string bytes, std::string name, const Limits& limits = {});
    ZipReader(ZipReader&&) noexcept;
    ZipReader& operator=(ZipReader&&) noexcept;
    ~ZipReader();

    const std::vector<std::string>& names() const; ///< in the archive's order, no folders
    bool contains(std::string_view name) const;
    /// Errors: NotFound, BadFile (checksum), TooLarge beyond `mostBytes`.
    Result<std::string> read(std::string_view name, std::size_t mostBytes) const;

private:
    struct Impl;
    explicit ZipReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

enum class ZipMethod : std::uint8_t { Stored, Deflated };

/// A zip archive of named bytes. Errors: Io, Internal.
Result<std::string> encodeZip(const std::map<std::string, std::string>& members,
                              ZipMethod method = ZipMethod::Deflated);

/// Writes all members below `folder`, which must exist.
Result<> unpackZip(const std::filesystem::path& path, const std::filesystem::path& folder,
                   const Limits& limits = {});

} // namespace lb
