#pragma once

#include "core/support/jobs.h"
#include "core/support/limits.h"
#include "core/support/result.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace lb {

/// A file that is read in place and stays open. Any thread.
class PlacedFile {
public:
    static Result<std::shared_ptr<const PlacedFile>> open(const std::filesystem::path& path);
    PlacedFile(const PlacedFile&) = delete;
    PlacedFile& operator=(const PlacedFile&) = delete;
    ~PlacedFile();

    const std::string& path() const { return m_path; }
    std::uint64_t size() const { return m_size; } ///< when it was opened
    /// Fills `into` or says why not. Errors: Io, also if the file was changed since it was opened.
    Result<> read(std::uint64_t offset, std::span<char> into) const;

private:
    PlacedFile(int handle, std::string path)
        : m_handle(handle)
        , m_path(std::move(path))
    {
    }
    bool unchanged() const;

    int m_handle;
    std::string m_path;
    std::uint64_t m_size = 0;
    std::int64_t m_changedAt = 0; ///< nanoseconds
};

/// Where the records of a file begin: 4.5 bytes a record.
class RecordIndex {
public:
    void add(std::uint64_t offset); ///< ascending, less than 256 MiB apart
    void finish(std::uint64_t end) { m_end = end; }
    std::int64_t size() const { return static_cast<std::int64_t>(m_within.size()); }
    std::uint64_t begin(std::int64_t record) const;
    std::uint64_t end(std::int64_t record) const
    {
        return record + 1 < size() ? begin(record + 1) : m_end;
    }

private:
    static constexpr std::size_t kGroup = 16;
    std::vector<std::uint64_t> m_first;
    std::vector<std::uint32_t> m_within;
    std::uint64_t m_end = 0;
};

/// The bytes of some records, read in few pieces: neighbours come together.
/// `take(position in records, bytes)` is called in the order of the file, not of `records`.
/// Errors: those of the file and of `take`.
Result<> readRecords(const PlacedFile& file, const RecordIndex& index,
                     std::span<const std::int64_t> records,
                     const std::function<Result<>(std::size_t, std::string_view)>& take);

/// "data.csv:37": how errors name a line.
std::string atLine(const std::string& path, std::int64_t line);

} // namespace lb
