#include "core/data/text_file.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace lb {
namespace {

constexpr std::uint64_t kGap = 64u << 10; // reading through it costs less than another read
constexpr std::uint64_t kPiece = 1u << 20;

std::int64_t nanoseconds(const struct stat& info)
{
    return static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

} // namespace

Result<std::shared_ptr<const PlacedFile>> PlacedFile::open(const std::filesystem::path& path)
{
    // a pipe that nobody writes would block here for ever
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int problem = errno;
    struct stat info { };
    if (handle < 0) {
        if (problem == ENOENT || problem == ENOTDIR)
            return Error{ErrorCode::NotFound, path.string(),
                         LB_TR("Error", "is not there; choose the file that holds the data")};
        return Error{ErrorCode::Io,
                     path.string(),
                     {LB_TR("Error", "cannot be read: %1"),
                      {std::generic_category().message(problem)}}};
    }
    std::shared_ptr<PlacedFile> file(new PlacedFile(handle, path.string()));
    if (::fstat(handle, &info) != 0 || !S_ISREG(info.st_mode))
        return Error{ErrorCode::BadFile, path.string(),
                     LB_TR("Error", "is no file; choose the file that holds the data")};
    file->m_size = static_cast<std::uint64_t>(info.st_size);
    file->m_changedAt = nanoseconds(info);
    return std::shared_ptr<const PlacedFile>(std::move(file));
}

PlacedFile::~PlacedFile()
{
    ::close(m_handle);
}

bool PlacedFile::unchanged() const
{
    struct stat info { };
    return ::fstat(m_handle, &info) == 0 && static_cast<std::uint64_t>(info.st_size) == m_size
        && nanoseconds(info) == m_changedAt;
}

Result<> PlacedFile::read(std::uint64_t offset, std::span<char> into) const
{
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t count = ::pread(m_handle, into.data() + done, into.size() - done,
                                      static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return Error{ErrorCode::Io,
                         m_path,
                         {LB_TR("Error", "cannot be read: %1"),
                          {std::generic_category().message(errno)}}};
        if (count == 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    if (done < into.size() || !unchanged())
        return Error{ErrorCode::Io, m_path,
                     LB_TR("Error", "was changed since it was opened; open the data again")};
    return std::monostate{};
}

void RecordIndex::add(std::uint64_t offset)
{
    if (m_within.size() % kGroup == 0)
        m_first.push_back(offset);
    assert(offset - m_first.back() <= UINT32_MAX);
    m_within.push_back(static_cast<std::uint32_t>(offset - m_first.back()));
}

std::uint64_t RecordIndex::begin(std::int64_t record) const
{
    const auto at = static_cast<std::size_t>(record);
    return m_first[at / kGroup] + m_within[at];
}

Result<> readRecords(const PlacedFile& file, const RecordIndex& index,
                     std::span<const std::int64_t> records,
                     const std::function<Result<>(std::size_t, std::string_view)>& take)
{
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    order.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
        order.emplace_back(records[i], i);
    std::ranges::sort(order);
    std::vector<char> piece;
    for (std::size_t first = 0; first < order.size();) {
        const std::uint64_t begin = index.begin(order[first].first);
        std::uint64_t end = index.end(order[first].first);
        std::size_t last = first + 1;
        for (; last < order.size(); ++last) {
            const std::uint64_t next = index.begin(order[last].first);
            if (next > end + kGap || end - begin >= kPiece)
                break;
            end = std::max(end, index.end(order[last].first));
        }
        piece.resize(static_cast<std::size_t>(end - begin));
        if (Result<> read = file.read(begin, piece); !read.ok())
            return read;
        for (; first < last; ++first) {
            const std::int64_t record = order[first].first;
            const std::string_view bytes(piece.data() + (index.begin(record) - begin),
                                         static_cast<std::size_t>(index.end(record)
                                                                  - index.begin(record)));
            if (Result<> taken = take(order[first].second, bytes); !taken.ok())
                return taken;
        }
    }
    return std::monostate{};
}

std::string atLine(const std::string& path, std::int64_t line)
{
    return path + ":" + std::to_string(line);
}

} // namespace lb
