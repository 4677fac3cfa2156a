#include "app/workbench/journal.h"

#include "core/graph/project_file.h"
#include "core/support/config.h"
#include "core/support/files.h"
#include "core/support/json.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <sys/file.h>
#include <unistd.h>

namespace lb {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kRetry = 2s; ///< after a write that failed
constexpr const char* kJournalSuffix = ".journal";
constexpr const char* kLockSuffix = ".lock";

/// An open file that only this process holds; -1 if another one does. The kernel gives it free
/// when its owner dies, however it dies.
int lockedFile(const fs::path& path, bool create)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0),
                            0600);
    if (file < 0)
        return -1;
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return -1;
    }
    return file;
}

std::string contents(const JournalEntry& entry)
{
    const Config header(ConfigObject{{"layerbench_journal", 1},
                                     {"name", entry.name},
                                     {"path", entry.path}});
    return writeJson(header, JsonStyle::Compact) + "\n" + entry.projectText;
}

std::string word(const Config& config, std::string_view key)
{
    const Config* found = config.find(key);
    const std::string* text = found ? found->as<std::string>() : nullptr;
    return text ? *text : std::string();
}

fs::path lockOf(fs::path journal)
{
    return journal.replace_extension(kLockSuffix);
}

} // namespace

Journal::Journal(fs::path folder, std::function<void(std::optional<Error>)> onTrouble)
    : m_folder(std::move(folder))
    , m_onTrouble(std::move(onTrouble))
{
    std::error_code ignored; // what it means shows at the first write
    fs::create_directories(m_folder, ignored);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    for (int attempt = 0; attempt < 100 && m_lock < 0; ++attempt) {
        m_file = m_folder
            / (std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count())
               + "-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) + kJournalSuffix);
        m_lockFile = lockOf(m_file);
        if (!fs::exists(m_file, ignored))
            m_lock = lockedFile(m_lockFile, true);
    }
    m_thread = std::jthread([this](std::stop_token stop) { run(stop); });
}

Journal::~Journal()
{
    clear();
    flush();
    m_thread.request_stop();
    m_thread.join();
    std::error_code ignored;
    fs::remove(m_file, ignored);
    fs::remove(m_lockFile, ignored);
    if (m_lock >= 0)
        ::close(m_lock);
}

void Journal::record(std::shared_ptr<const Document> document, std::string path, std::string name)
{
    post({std::move(document), std::move(path), std::move(name)});
}

void Journal::clear()
{
    post({});
}

void Journal::post(Work work)
{
    const std::lock_guard guard(m_mutex);
    m_pending = std::move(work);
    m_changed.notify_all();
}

void Journal::flush()
{
    std::unique_lock guard(m_mutex);
    m_hurry = true;
    m_changed.notify_all();
    m_changed.wait(guard, [this] { return !m_pending && !m_busy; });
    m_hurry = false;
}

void Journal::run(std::stop_token stop)
{
    std::unique_lock guard(m_mutex);
    while (m_changed.wait(guard, stop, [this] { return m_pending.has_value(); })) {
        const Work work = std::move(*m_pending);
        m_pending.reset();
        m_busy = true;
        guard.unlock();
        carryOut(work);
        guard.lock();
        m_busy = false;
        if (m_inTrouble && !m_pending && work.document && !stop.stop_requested() && !m_hurry)
            m_pending = work; // tried again until it works or something newer comes
        m_changed.notify_all();
        m_changed.wait_for(guard, stop, m_inTrouble ? kRetry : kPause,
                           [this] { return m_hurry; });
    }
}

void Journal::carryOut(const Work& work)
{
    if (!work.document) {
        std::error_code ignored;
        fs::remove(m_file, ignored);
        return;
    }
    Result<> saved = std::monostate{};
    try {
        if (m_lock < 0)
            m_lock = lockedFile(m_lockFile, true); // a full disk may have room by now
        saved = m_lock < 0
            ? Result<>(Error{ErrorCode::Io, m_folder.string(),
                             LB_TR("Error", "cannot be written; make room or change its rights")})
            : saveAtomically(m_file,
                             contents({work.path, work.name, writeProject(*work.document)}));
    } catch (const std::exception& problem) {
        saved = Error{ErrorCode::Internal, m_file.string(),
                      {LB_TR("Error", "could not be written: %1"), {std::string(problem.what())}}};
    }
    if (m_onTrouble && (!saved.ok() || m_inTrouble))
        m_onTrouble(saved.ok() ? std::optional<Error>() : saved.error());
    m_inTrouble = !saved.ok();
}

OrphanedJournal::OrphanedJournal(fs::path file, int lock)
    : m_file(std::move(file))
    , m_lock(lock)
{
}

OrphanedJournal::OrphanedJournal(OrphanedJournal&& other) noexcept
    : m_file(std::move(other.m_file))
    , m_lock(std::exchange(other.m_lock, -1))
{
}

OrphanedJournal::~OrphanedJournal()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

fs::file_time_type OrphanedJournal::changed() const
{
    std::error_code ignored;
    return fs::last_write_time(m_file, ignored);
}

Result<JournalEntry> OrphanedJournal::read() const
{
    const Limits limits;
    LB_TRY(text, readFile(m_file, limits.jsonBytes + limits.jsonStringBytes));
    const std::size_t lineEnd = text.find('\n');
    const Error damaged{ErrorCode::BadFile, m_file.string(),
                        LB_TR("Error", "is a damaged journal; it stays where it is")};
    if (lineEnd == std::string::npos)
        return damaged;
    const Result<Config> header = parseJson(std::string_view(text).substr(0, lineEnd), limits);
    if (!header.ok() || !header.value().find("layerbench_journal"))
        return damaged;
    return JournalEntry{word(header.value(), "path"), word(header.value(), "name"),
                        text.substr(lineEnd + 1)};
}

void OrphanedJournal::discard()
{
    std::error_code ignored;
    fs::remove(m_file, ignored);
    fs::remove(lockOf(m_file), ignored);
}

std::vector<OrphanedJournal> orphanedJournals(const fs::path& folder)
{
    std::vector<OrphanedJournal> found;
    std::error_code failed;
    std::vector<fs::path> files;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end;
         it.increment(failed))
        if (it->path().extension() == kJournalSuffix)
            files.push_back(it->path());
    std::sort(files.rbegin(), files.rend()); // names begin with the time
    for (const fs::path& file : files)
        if (const int lock = lockedFile(lockOf(file), true); lock >= 0)
            found.emplace_back(file, lock);
    return found;
}

fs::path journalFolder()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state && fs::path(state).is_absolute())
        return fs::path(state) / "layerbench" / "journal";
    const char* home = std::getenv("HOME");
    return fs::path(home ? home : "/tmp") / ".local" / "state" / "layerbench" / "journal";
}

} // namespace lb
