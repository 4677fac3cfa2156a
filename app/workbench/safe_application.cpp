#include "app/workbench/safe_application.h"

#include <exception>
#include <new>

namespace lb {

bool SafeApplication::notify(QObject* receiver, QEvent* event)
{
    try {
        return QApplication::notify(receiver, event);
    } catch (const std::bad_alloc&) {
        tell(tr("There was not enough memory for that. Close something or make it smaller."));
    } catch (const std::exception& problem) {
        tell(tr("Something went wrong inside Layerbench: %1. Save your project under another "
                "name and start again.")
                 .arg(QString::fromUtf8(problem.what())));
    } catch (...) {
        tell(tr("Something went wrong inside Layerbench. Save your project under another name "
                "and start again."));
    }
    return false;
}

void SafeApplication::tell(const QString& what)
{
    qWarning("%s", qUtf8Printable(what));
    if (m_listener)
        QMetaObject::invokeMethod(
            this, [this, what] { m_listener(what); }, Qt::QueuedConnection);
}

} // namespace lb
