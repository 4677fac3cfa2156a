#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QTest>
#include <QTimer>

namespace lb {

/// Presses a button of the next message box, and keeps what the box said.
class Answer {
public:
    explicit Answer(const QString& button)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this, button] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box)
                return;
            m_said = box->text() + " " + box->informativeText();
            for (QAbstractButton* each : box->buttons())
                if (each->text().remove('&') == button) {
                    m_timer.stop();
                    QTest::mouseClick(each, Qt::LeftButton);
                    return;
                }
        });
        m_timer.start(20);
    }
    const QString& said() const { return m_said; }

private:
    QTimer m_timer;
    QString m_said;
};

} // namespace lb
