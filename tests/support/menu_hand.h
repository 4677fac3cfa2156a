#pragma once

#include <QApplication>
#include <QContextMenuEvent>
#include <QPushButton>
#include <QTest>
#include <QTimer>

namespace lb {

/// Takes the entry of the next menu that is reached by so many presses of Down.
inline void pickNext(QWidget& owner, int downs)
{
    QTimer::singleShot(0, &owner, [downs] { // most menus wait in their own loop
        QWidget* menu = QApplication::activePopupWidget();
        QVERIFY(menu);
        for (int i = 0; i < downs; ++i)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
    });
}

/// Opens a button's menu and takes an entry.
inline void pickFromMenu(QPushButton& button, int downs)
{
    pickNext(button, downs);
    QTest::mouseClick(&button, Qt::LeftButton);
}

/// The same of a context menu.
inline void pickFromContextMenu(QWidget& on, const QPoint& at, int downs)
{
    pickNext(on, downs);
    QContextMenuEvent ask(QContextMenuEvent::Mouse, at, on.mapToGlobal(at));
    QApplication::sendEvent(&on, &ask);
    QCoreApplication::processEvents();
}

} // namespace lb
