#include "core/interop/scratch_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace lb {
namespace {

namespace fs = std::filesystem;

Error failed(const fs::path& path, Text text)
{
    return {ErrorCode::Io, path.string(), {text, {std::generic_category().message(errno)}}};
}

Result<fs::path> made(std::string pattern, const fs::path& where)
{
    if (!::mkdtemp(pattern.data()))
        return failed(where, LB_TR("Error", "cannot be written: %1. Choose another folder"));
    return fs::path(pattern);
}

/// Swaps two folders in one step where the file system can, else in two.
bool exchanged(const fs::path& a, const fs::path& b)
{
    if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    const fs::path aside = a.string() + "-old";
    if (::rename(b.c_str(), aside.c_str()) != 0)
        return false;
    if (::rename(a.c_str(), b.c_str()) == 0)
        return ::rename(aside.c_str(), a.c_str()) == 0;
    const int reason = errno;
    ::rename(aside.c_str(), b.c_str());
    errno = reason;
    return false;
}

void sync(const fs::path& folder)
{
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return;
    ::fsync(handle);
    ::close(handle);
}

fs::path parentOf(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

} // namespace

Result<ScratchFolder> ScratchFolder::beside(const fs::path& target)
{
    const std::string name = "." + target.filename().string() + ".new-XXXXXX";
    LB_TRY(path, made((parentOf(target) / name).string(), target));
    std::error_code ignored; // mkdtemp keeps others out; the bundle is as open as other files
    const mode_t mask = ::umask(0);
    ::umask(mask);
    fs::permissions(path, static_cast<fs::perms>(0777 & ~mask), ignored);
    return ScratchFolder(std::move(path));
}

Result<ScratchFolder> ScratchFolder::temporary()
{
    std::error_code problem;
    const fs::path base = fs::temp_directory_path(problem);
    LB_TRY(path, made((base / "layerbench-XXXXXX").string(), base));
    return ScratchFolder(std::move(path));
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {}))
{
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        fs::remove_all(m_path, ignored);
}

Result<> ScratchFolder::moveTo(const fs::path& target) &&
{
    std::error_code ignored;
    const bool replaces = fs::exists(fs::symlink_status(target, ignored));
    const bool moved = replaces ? exchanged(m_path, target)
                                : ::rename(m_path.c_str(), target.c_str()) == 0;
    if (!moved)
        return failed(target, LB_TR("Error", "cannot be put in its place: %1. What was there "
                                             "before still is; choose another name"));
    sync(parentOf(target));
    if (!replaces)
        m_path.clear();
    return std::monostate{};
}

} // namespace lb
