#pragma once

#include <QApplication>
#include <QFileDialog>
#include <QLineEdit>
#include <QTest>
#include <QTimer>

namespace lb {

/// Answers the next file dialog with a path, as one who types it.
class Chooser {
public:
    explicit Chooser(const QString& path = {}) ///< empty: takes the offered one
    {
        // the desktop's own dialogs have no field to type into
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this, path] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            m_timer.stop();
            auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
            if (!path.isEmpty())
                name->setText(path);
            QTest::keyClick(name, Qt::Key_Return);
        });
        m_timer.start(20);
    }

private:
    QTimer m_timer;
};

} // namespace lb
