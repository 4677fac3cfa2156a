#include "core/support/files.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFile = 0666; // the umask takes away what the user does not grant

/// What the operating system said, and the way out that fits it.
Error systemError(const fs::path& path, Text text, int number)
{
    return {ErrorCode::Io, path.string(), {text, {std::generic_category().message(number)}}};
}

/// A descriptor that closes itself; close() is checked where it matters.
class Descriptor {
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    int number() const { return m_number; }
    bool valid() const { return m_number >= 0; }
    bool close() { return ::close(std::exchange(m_number, -1)) == 0; }

private:
    int m_number;
};

bool writeAll(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            errno = count == 0 ? ENOSPC : errno;
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// Writes, checks and syncs the temporary file. 0, or what errno said.
int fill(Descriptor& file, std::string_view bytes, const struct stat* old)
{
    if (old && ::fchmod(file.number(), old->st_mode & 07777) != 0)
        return errno;
    if (!writeAll(file.number(), bytes) || ::fsync(file.number()) != 0)
        return errno;
    struct stat now { };
    if (::fstat(file.number(), &now) != 0)
        return errno;
    if (now.st_size != static_cast<off_t>(bytes.size()))
        return EIO;
    return file.close() ? 0 : errno;
}

/// A new file beside `target`, whose name goes into `name`; -1 with errno if there can be none.
int createBeside(const fs::path& target, const fs::path& folder, std::string& name)
{
    static std::atomic<unsigned> count{0};
    for (int tries = 0; tries < 100; ++tries) { // a crashed process may have left names behind
        name = folder
            / ("." + target.filename().string() + ".new-" + std::to_string(::getpid()) + "-"
               + std::to_string(count++));
        const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFile);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

int syncFolder(const fs::path& folder)
{
    const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.valid())
        return errno;
    // Some file systems cannot sync a folder and say EINVAL: there is nothing more to do there.
    return ::fsync(handle.number()) == 0 || errno == EINVAL ? 0 : errno;
}

} // namespace

Result<std::string> readFile(const fs::path& path, std::size_t mostBytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid())
        return Error{
            errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            path.string(),
            {LB_TR("Error", "cannot be read: %1"), {std::generic_category().message(errno)}}};
    struct stat info { };
    if (::fstat(file.number(), &info) != 0)
        return systemError(path, LB_TR("Error", "cannot be read: %1"), errno);
    if (S_ISDIR(info.st_mode))
        return systemError(path, LB_TR("Error", "cannot be read: %1"), EISDIR);
    if (info.st_size > 0 && static_cast<std::size_t>(info.st_size) > mostBytes)
        return Error{ErrorCode::TooLarge,
                     path.string(),
                     {LB_TR("Error", "has %1 bytes, at most %2 are read"),
                      {std::int64_t{info.st_size}, static_cast<std::int64_t>(mostBytes)}}};
    std::string bytes(static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)), '\0');
    std::size_t have = 0;
    for (;;) {
        if (have == bytes.size()) { // grown meanwhile, or a pipe that has no size
            if (have >= mostBytes)
                break;
            bytes.resize(std::min(mostBytes, std::max<std::size_t>(have + 1, 4'096)));
        }
        const ssize_t count = ::read(file.number(), bytes.data() + have, bytes.size() - have);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemError(path, LB_TR("Error", "cannot be read: %1"), errno);
        if (count == 0)
            break;
        have += static_cast<std::size_t>(count);
        if (have == static_cast<std::size_t>(info.st_size) && S_ISREG(info.st_mode))
            break;
    }
    bytes.resize(have);
    return bytes;
}

Result<> saveAtomically(const fs::path& path, std::string_view bytes)
{
    std::error_code problem;
    fs::path target = path;
    if (fs::is_symlink(path, problem)) {
        target = fs::weakly_canonical(path, problem);
        if (problem)
            return systemError(path, LB_TR("Error", "cannot be saved: %1"), problem.value());
    }
    struct stat old { };
    const bool exists = ::stat(target.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode))
        return Error{ErrorCode::Io, path.string(),
                     LB_TR("Error", "is not a file; choose another name")};
    if (exists && ::access(target.c_str(), W_OK) != 0)
        return systemError(path, LB_TR("Error", "cannot be saved: %1. Save under another name"),
                           errno);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::string name;
    Descriptor file(createBeside(target, folder, name));
    if (!file.valid())
        return systemError(path, LB_TR("Error", "cannot be saved: %1. Choose another folder"),
                           errno);
    int failed = 0;
    if (failed == 0)
        failed = fill(file, bytes, exists ? &old : nullptr);
    if (failed == 0 && ::rename(name.c_str(), target.c_str()) != 0)
        failed = errno;
    if (failed != 0) {
        ::unlink(name.c_str());
        return systemError(path,
                           LB_TR("Error",
                                 "cannot be saved: %1. What was there before still is; free "
                                 "some space or save elsewhere"),
                           failed);
    }
    if (const int unsynced = syncFolder(folder); unsynced != 0)
        return systemError(path,
                           LB_TR("Error",
                                 "was written, but the folder could not be made safe: %1. "
                                 "Save again"),
                           unsynced);
    return std::monostate{};
}

} // namespace lb
