#include "app/workbench/recovery.h"

#include "app/workbench/main_window.h"
#include "app/workbench/session.h"
#include "core/graph/project_file.h"
#include "widgets/support/translated.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>

namespace lb {
namespace {

QString nameOf(const JournalEntry& entry)
{
    return entry.path.empty() ? QString::fromStdString(entry.name)
                              : QString::fromStdString(entry.path);
}

QString whenOf(const OrphanedJournal& orphan)
{
    const QDateTime changed
        = QFileInfo(QString::fromStdString(orphan.file().string())).lastModified();
    return QLocale().toString(changed, QLocale::ShortFormat);
}

} // namespace

Recovery::Recovery(Session& session, MainWindow& window, const std::filesystem::path& folder)
    : QObject(&window)
    , m_session(session)
    , m_window(window)
    , m_folder(folder)
    , m_journal(folder, [this, target = QPointer<MainWindow>(&window)](
                            const std::optional<Error>& trouble) {
        // On the journal's thread; this object outlives it.
        QMetaObject::invokeMethod(
            this,
            [target, why = trouble ? translated(*trouble) : QString()] {
                if (target)
                    target->setJournalTrouble(why);
            },
            Qt::QueuedConnection);
    })
{
    connect(&session, &Session::documentChanged, this, &Recovery::record);
    connect(&session, &Session::fileChanged, this, &Recovery::record);
}

void Recovery::record()
{
    if (m_session.isModified())
        m_journal.record(m_session.sharedDocument(), m_session.path().toStdString(),
                         m_session.displayName().toStdString());
    else
        m_journal.clear();
}

bool Recovery::offer()
{
    for (OrphanedJournal& orphan : orphanedJournals(m_folder)) {
        Result<JournalEntry> entry = orphan.read();
        if (!entry.ok()) {
            m_window.complain(translated(entry.error()));
            continue;
        }
        QMessageBox box(QMessageBox::Question, tr("Recover edits"),
                        tr("Layerbench ended without saving %1, edited until %2.")
                            .arg(nameOf(entry.value()), whenOf(orphan)),
                        QMessageBox::NoButton, &m_window);
        box.setInformativeText(tr("Its file, if there is one, is as you saved it last."));
        auto* recover = box.addButton(tr("Recover"), QMessageBox::AcceptRole);
        auto* discard = box.addButton(tr("Discard edits"), QMessageBox::DestructiveRole);
        box.addButton(tr("Decide later"), QMessageBox::RejectRole);
        box.setDefaultButton(recover);
        box.exec();
        if (box.clickedButton() == discard)
            orphan.discard();
        else if (box.clickedButton() == recover && take(orphan, entry.value()))
            return true;
    }
    return false;
}

bool Recovery::take(OrphanedJournal& orphan, const JournalEntry& entry)
{
    Result<Document> document = parseProject(entry.projectText, {});
    if (!document.ok()) {
        document.error().where
            = orphan.file().string() + (document.error().where.empty() ? "" : ":")
            + document.error().where;
        m_window.complain(tr("The edits could not be read and stay where they are. %1")
                              .arg(translated(document.error())));
        return false;
    }
    m_session.recover(std::move(document.value()), QString::fromStdString(entry.path),
                      QString::fromStdString(entry.name));
    // A crash between the two would else take the only copy along.
    m_journal.flush();
    orphan.discard();
    m_window.note(tr("Recovered the edits of %1. Save them to keep them.").arg(nameOf(entry)));
    return true;
}

} // namespace lb
