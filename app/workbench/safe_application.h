#pragma once

#include <QApplication>

#include <functional>

namespace lb {

/// An application in which an exception that a slot lets out becomes a message, not a crash.
class SafeApplication : public QApplication {
public:
    using QApplication::QApplication;

    /// Told what was caught; after the event that failed.
    void setListener(std::function<void(const QString&)> listener)
    {
        m_listener = std::move(listener);
    }
    bool notify(QObject* receiver, QEvent* event) override;

private:
    void tell(const QString& what);

    std::function<void(const QString&)> m_listener;
};

} // namespace lb
