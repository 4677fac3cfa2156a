// What the Data workspace says of how the data were read.
#include "widgets/data/data_view.h"
#include "widgets/support/translated.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>

namespace lb {

void DataView::setChoiceNotes(const std::vector<Message>& notes)
{
    m_choiceNotes = notes;
    m_allNotes = false;
    showNotes();
}

/// Those of the choice first, then the source's; of many the first few and a link to the rest.
void DataView::showNotes()
{
    constexpr qsizetype kFew = 3;
    constexpr int kMostHeight = 160, kNotesWidth = 338; // of the panel, beside a scroll bar
    QStringList notes;
    for (const Message& note : m_choiceNotes)
        notes << translated(note);
    const qsizetype few = std::max(kFew, notes.size());
    for (const Message& note : m_source ? m_source->notes() : std::vector<Message>{})
        notes << translated(note);
    const qsizetype more = notes.size() - few;
    const QString text = (m_allNotes ? notes : notes.mid(0, few)).join('\n');
    m_notes->setText(text);
    m_notesRoom->setVisible(!notes.isEmpty());
    if (!notes.isEmpty())
        m_notesRoom->setFixedHeight(std::min(m_notes->heightForWidth(kNotesWidth), kMostHeight));
    m_moreNotes->setText(m_allNotes ? tr("Show fewer notes")
                                    : tr("and %n more note(s)", nullptr, static_cast<int>(more)));
    m_moreNotes->setVisible(more > 0);
}

/// Asked for where the folders could be either.
void DataView::showFolders()
{
    const SplitFolders* split = m_source ? splitFoldersOf(*m_source) : nullptr;
    const bool said = m_settings.folders != "auto";
    m_foldersRow->setVisible(
        (m_settings.kind == "image_folder" || m_settings.kind == "sound_folder") && (split || said));
    const QSignalBlocker blocker(m_folders);
    m_folders->clear();
    m_folders->addItem(split && !said ? tr("detected: splits") : tr("detected"), "auto");
    m_folders->addItem(tr("splits, classes inside"), "splits");
    m_folders->addItem(tr("classes"), "classes");
    m_folders->setCurrentIndex(std::max(m_folders->findData(m_settings.folders), 0));
}

} // namespace lb
