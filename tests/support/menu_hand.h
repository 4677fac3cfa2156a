#pragma once

#include <QApplication>
#include <QPushButton>
#include <QTest>
#include <QTimer>

namespace lb {

/// Opens a button's menu and takes the entry that is reached by so many presses of Down.
inline void pickFromMenu(QPushButton& button, int downs)
{
    QTimer::singleShot(0, &button, [downs] { // the menu waits in its own loop
        QWidget* menu = QApplication::activePopupWidget();
        QVERIFY(menu);
        for (int i = 0; i < downs; ++i)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
    });
    QTest::mouseClick(&button, Qt::LeftButton);
}

} // namespace lb
