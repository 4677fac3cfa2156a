#pragma once

#include "app/workbench/journal.h"

#include <QObject>

class QWidget;

namespace lb {

class MainWindow;
class Session;

/// Keeps the session's unsaved edits in a journal and offers those of a window that crashed.
class Recovery : public QObject {
    Q_OBJECT
public:
    Recovery(Session& session, MainWindow& window,
             const std::filesystem::path& folder = journalFolder());

    /// Asks for each journal without an owner, newest first, until one is taken. True if one was.
    bool offer();
    void flush() { m_journal.flush(); } ///< for tests: what was recorded is on the disk

private:
    void record();
    bool take(OrphanedJournal& orphan, const JournalEntry& entry);

    Session& m_session;
    MainWindow& m_window;
    std::filesystem::path m_folder;
    Journal m_journal;
};

} // namespace lb
