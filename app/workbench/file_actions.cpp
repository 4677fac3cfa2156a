#include "app/workbench/file_actions.h"

#include "app/workbench/run_store.h"
#include "app/workbench/session.h"
#include "app/workbench/window_actions.h"
#include "core/graph/project_file.h"
#include "widgets/support/translated.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

constexpr int kMostRecent = 8;
constexpr const char* kRecentKey = "recentFiles";
constexpr const char* kSuffix = ".lbench";

const Template* templateNamed(const QString& name)
{
    for (const Template& one : builtinTemplates())
        if (name == QString::fromStdString(one.name))
            return &one;
    return nullptr;
}

} // namespace

FileActions::FileActions(Session& session, WindowActions& actions, QWidget* window)
    : QObject(window)
    , m_session(session)
    , m_window(window)
{
    connect(actions.newProject, &QAction::triggered, this, &FileActions::newFromTemplate);
    connect(actions.open, &QAction::triggered, this, &FileActions::open);
    connect(actions.save, &QAction::triggered, this, &FileActions::save);
    connect(actions.saveAs, &QAction::triggered, this, &FileActions::saveAs);
}

bool FileActions::startFrom(const QString& templateName)
{
    const Template* chosen = templateNamed(templateName);
    if (!chosen)
        return false;
    Result<Document> document = parseProject(chosen->json, {});
    if (!document.ok()) {
        tell(tr("New project"), tr("The template cannot be used."), document.error());
        return false;
    }
    m_session.startFrom(std::move(document.value()), translated(Message(chosen->title)));
    return true;
}

bool FileActions::openFile(const QString& path)
{
    if (const Result<> opened = m_session.open(path); !opened.ok()) {
        tell(tr("Open"), tr("%1 was not opened; your project is as it was.")
                             .arg(QFileInfo(path).fileName()),
             opened.error());
        return false;
    }
    remember(m_session.path());
    Q_EMIT said(tr("Opened %1.").arg(m_session.displayName()));
    return true;
}

bool FileActions::save()
{
    return m_session.path().isEmpty() ? saveAs() : saveTo(m_session.path());
}

bool FileActions::saveAs()
{
    const QString path = askPath(true);
    return !path.isEmpty() && saveTo(path);
}

bool FileActions::saveTo(const QString& path)
{
    if (const Result<> saved = m_session.save(path); !saved.ok()) {
        tell(tr("Save"),
             tr("%1 was not saved. Your edits are still here, and what was on the disk is as it "
                "was. Make room or save it in another folder with Save as.")
                 .arg(QFileInfo(path).fileName()),
             saved.error());
        return false;
    }
    remember(m_session.path());
    Q_EMIT said(tr("Saved %1.").arg(m_session.displayName()));
    return true;
}

bool FileActions::mayGoOn()
{
    return mayLoseEdits() && mayLoseRun();
}

bool FileActions::mayLoseRun() const
{
    const Run* run = RunStore::of(m_session).unfiled();
    if (!run)
        return true;
    QMessageBox box(QMessageBox::Question, tr("Unsaved run"),
                    tr("Discard what %1 learned?").arg(run->info.name), QMessageBox::Cancel,
                    m_window);
    box.setInformativeText(tr("Its weights are in memory only. “Save run…” in Train writes them "
                              "beside the project, and every export holds them."));
    QPushButton* discard = box.addButton(tr("Discard the run"), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == discard;
}

bool FileActions::mayLoseEdits()
{
    if (!m_session.isModified())
        return true;
    QMessageBox box(QMessageBox::Question, tr("Unsaved edits"),
                    tr("Save the edits of %1?").arg(m_session.displayName()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_window);
    box.setInformativeText(tr("What you do not save is lost."));
    box.setDefaultButton(QMessageBox::Save);
    const int answer = box.exec();
    return answer == QMessageBox::Discard || (answer == QMessageBox::Save && save());
}

void FileActions::newFromTemplate()
{
    QDialog dialog(m_window);
    dialog.setObjectName("templates");
    dialog.setWindowTitle(tr("New from template"));
    auto* list = new QListWidget;
    list->setSpacing(2);
    for (const Template& one : builtinTemplates()) {
        auto* item = new QListWidgetItem(
            QString("%1\n%2").arg(translated(Message(one.title)),
                                  translated(Message(one.description))),
            list);
        item->setData(Qt::UserRole, QString::fromStdString(one.name));
    }
    list->setWordWrap(true);
    list->setCurrentRow(0);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Create"));
    buttons->button(QDialogButtonBox::Ok)->setProperty("look", "primary");
    auto* layout = new QVBoxLayout(&dialog);
    layout->addWidget(list);
    layout->addWidget(buttons);
    dialog.resize(480, 260);
    connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    connect(list, &QListWidget::itemActivated, &dialog, &QDialog::accept);
    if (dialog.exec() == QDialog::Accepted && list->currentItem() && mayGoOn())
        startFrom(list->currentItem()->data(Qt::UserRole).toString());
}

void FileActions::open()
{
    if (!mayGoOn())
        return;
    if (const QString path = askPath(false); !path.isEmpty())
        openFile(path);
}

QString FileActions::askPath(bool forSaving) const
{
    const QString filter = tr("Layerbench projects (*.lbench);;All files (*)");
    const QStringList known = recent();
    const QString folder = !m_session.path().isEmpty() ? QFileInfo(m_session.path()).path()
        : known.isEmpty()                              ? QDir::homePath()
                                                       : QFileInfo(known.first()).path();
    if (!forSaving)
        return QFileDialog::getOpenFileName(m_window, tr("Open project"), folder, filter);
    const QString name = m_session.path().isEmpty()
        ? m_session.displayName().toLower().replace(' ', '_') + kSuffix
        : QFileInfo(m_session.path()).fileName();
    const QString path
        = QFileDialog::getSaveFileName(m_window, tr("Save project"), folder + "/" + name, filter);
    return path.isEmpty() || QFileInfo(path).suffix() == "lbench" ? path : path + kSuffix;
}

QStringList FileActions::recent() const
{
    return QSettings().value(kRecentKey).toStringList();
}

void FileActions::remember(const QString& path)
{
    QStringList files = recent();
    files.removeAll(path);
    files.prepend(path);
    while (files.size() > kMostRecent)
        files.removeLast();
    QSettings().setValue(kRecentKey, files);
}

void FileActions::fillRecent(QMenu& menu)
{
    menu.clear();
    for (const QString& path : recent())
        connect(menu.addAction(QDir::toNativeSeparators(path)), &QAction::triggered, this,
                [this, path] {
                    if (mayGoOn())
                        openFile(path);
                });
    if (menu.isEmpty())
        menu.addAction(tr("No projects yet"))->setEnabled(false);
}

void FileActions::tell(const QString& title, const QString& what, const Error& error)
{
    QMessageBox box(QMessageBox::Warning, title, what, QMessageBox::Ok, m_window);
    box.setInformativeText(translated(error));
    box.exec();
}

} // namespace lb
