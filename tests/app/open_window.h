#pragma once

#include "app/workbench/file_actions.h"
#include "app/workbench/main_window.h"
#include "app/workbench/session.h"
#include "tests/app/example_session.h"
#include "tests/app/hand.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lb {

/// What the tests of the whole window share: one window a test, with settings and files in a folder of
/// its own, and a hand that works on it.
class OpenWindow {
protected:
    OpenWindow()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QCoreApplication::setOrganizationName("layerbench");
        QCoreApplication::setApplicationName("layerbench-test");
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    }

    /// A session with an empty project, and its window, which is not shown yet.
    void makeWindow()
    {
        closeWindow();
        if (!m_folder)
            m_folder = std::make_unique<QTemporaryDir>();
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder->path());
        setTheme(Theme::dark());
        m_session = std::make_unique<Session>(builtinRegistry());
        m_window = std::make_unique<MainWindow>(*m_session);
        m_hand = std::make_unique<Hand>(*m_window);
        m_window->resize(1600, 1000);
    }
    void showWindow()
    {
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
    }
    /// Both, with a template as the project.
    void openTemplate(const QString& name)
    {
        makeWindow();
        QVERIFY(m_window->files().startFrom(name));
        showWindow();
    }
    /// Also waits for its data.
    void openTemplateWithData(const QString& name)
    {
        openTemplate(name);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);
    }
    /// The next window is as of a program that starts anew; the folder stays until the next test.
    void closeWindow()
    {
        m_hand.reset();
        m_window.reset();
        m_session.reset();
    }
    void closeAll()
    {
        closeWindow();
        m_folder.reset();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Hand> m_hand;
};

} // namespace lb
