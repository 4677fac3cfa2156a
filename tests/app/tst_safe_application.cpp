#include "app/workbench/safe_application.h"
#include "tests/support/lb_test.h"

#include <QPushButton>
#include <QStringList>
#include <QTest>

#include <new>
#include <stdexcept>

using namespace lb;

/// An exception that a slot lets out is a message; the program goes on.
class TestSafeApplication : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_said.clear();
        application()->setListener([this](const QString& what) { m_said << what; });
    }

    void aSlotThatThrowsIsAMessage()
    {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression("the ninth drawer"));
        QPushButton button("throws");
        connect(&button, &QPushButton::clicked,
                [] { throw std::runtime_error("the ninth drawer is empty"); });

        press(button);

        QTRY_COMPARE(m_said.size(), 1);
        QVERIFY2(m_said[0].contains("the ninth drawer is empty"), qPrintable(m_said[0]));
        QVERIFY2(m_said[0].contains("Save your project"), qPrintable(m_said[0]));
    }

    void wantOfMemoryIsSaidAsSuch()
    {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression("not enough memory"));
        QPushButton button("throws");
        connect(&button, &QPushButton::clicked, [] { throw std::bad_alloc(); });

        press(button);

        QTRY_COMPARE(m_said.size(), 1);
        QVERIFY2(m_said[0].contains("not enough memory"), qPrintable(m_said[0]));
    }

    void theNextClickIsHeard()
    {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression("first"));
        int clicks = 0;
        QPushButton button("throws once");
        connect(&button, &QPushButton::clicked, [&] {
            if (++clicks == 1)
                throw std::logic_error("first");
        });

        press(button);
        press(button);

        QCOMPARE(clicks, 2);
        QTRY_COMPARE(m_said.size(), 1);
    }

private:
    static SafeApplication* application()
    {
        return static_cast<SafeApplication*>(QCoreApplication::instance());
    }
    static void press(QPushButton& button)
    {
        button.show();
        QTest::mouseClick(&button, Qt::LeftButton);
    }

    QStringList m_said;
};

LB_TEST(TestSafeApplication)
#include "tst_safe_application.moc"
