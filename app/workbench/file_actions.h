#pragma once

#include "core/support/result.h"

#include <QObject>
#include <QStringList>

class QMenu;
class QWidget;

namespace lb {

class Session;
struct WindowActions;

/// New, open, save, recent files, and the question before unsaved edits would be lost.
class FileActions : public QObject {
    Q_OBJECT
public:
    FileActions(Session& session, WindowActions& actions, QWidget* window);

    bool startFrom(const QString& templateName); ///< false if there is no such template
    bool openFile(const QString& path); ///< says why it cannot; the project then stays
    bool save();
    bool saveAs();
    bool saveTo(const QString& path); ///< says why it cannot
    /// Edits and runs are saved, discarded on request, or there are none; false: stay.
    bool mayGoOn();
    void fillRecent(QMenu& menu);
    QStringList recent() const;

    void newFromTemplate(); ///< asks which
    void open();

signals:
    void said(const QString& sentence); ///< "Saved cifar10.lbench."

private:
    bool mayLoseEdits();
    bool mayLoseRun() const;
    void remember(const QString& path);
    void tell(const QString& title, const QString& what, const Error& error);
    QString askPath(bool forSaving) const;

    Session& m_session;
    QWidget* m_window;
};

} // namespace lb
