#pragma once

#include "core/graph/document.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace lb {

/// What a journal holds: a project as it was edited last, and the file that it belongs to.
struct JournalEntry {
    std::string path; ///< of the project's file, UTF-8; "" if it was never saved
    std::string name; ///< what the window called it
    std::string projectText; ///< `.lbench` JSON
};

/// Keeps the edits of one window on the disk, at most a second behind, so that a crash loses
/// none of them. Its own thread writes; every write leaves the old or the new journal. While the
/// object lives, a lock tells other instances that the journal has an owner.
class Journal {
public:
    static constexpr std::chrono::milliseconds kPause{400}; ///< between two writes, which take time themselves

    /// `folder` is made if it is not there. `onTrouble` is called from the journal's thread with
    /// the reason why edits cannot be kept, and with nothing once they can again.
    explicit Journal(std::filesystem::path folder,
                     std::function<void(std::optional<Error>)> onTrouble = {});
    ~Journal(); ///< a clean end: the journal is removed

    void record(std::shared_ptr<const Document> document, std::string path, std::string name);
    void clear(); ///< nothing unsaved: the journal is removed
    void flush(); ///< returns once what was recorded is on the disk, or could not be written

private:
    struct Work {
        std::shared_ptr<const Document> document; ///< null: remove the journal
        std::string path, name;
    };
    void post(Work work);
    void run(std::stop_token stop);
    void carryOut(const Work& work);

    std::filesystem::path m_folder, m_file, m_lockFile;
    int m_lock = -1;
    std::function<void(std::optional<Error>)> m_onTrouble;
    bool m_inTrouble = false;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<Work> m_pending;
    bool m_busy = false, m_hurry = false;
    std::jthread m_thread; ///< last: it uses all of the above
};

/// A journal whose owner is gone.
class OrphanedJournal {
public:
    OrphanedJournal(std::filesystem::path file, int lock);
    OrphanedJournal(OrphanedJournal&& other) noexcept;
    OrphanedJournal& operator=(OrphanedJournal&&) = delete;
    ~OrphanedJournal(); ///< gives it free for the next start, unless it was discarded

    const std::filesystem::path& file() const { return m_file; }
    std::filesystem::file_time_type changed() const;
    Result<JournalEntry> read() const; ///< Errors: BadFile, Io
    void discard();

private:
    std::filesystem::path m_file;
    int m_lock = -1; ///< held, so that two starts at a time do not offer the same
};

/// The journals in `folder` that no running instance owns, newest first.
std::vector<OrphanedJournal> orphanedJournals(const std::filesystem::path& folder);

/// $XDG_STATE_HOME/layerbench/journal, or ~/.local/state/layerbench/journal.
std::filesystem::path journalFolder();

} // namespace lb
