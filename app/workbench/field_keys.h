#pragma once

#include <QObject>
#include <QPointer>

class QWidget;

namespace lb {

/// The window's keys while a field of one of its panels has the focus, which fields would keep for
/// themselves. Undo takes back what was typed and is not applied yet, then the document's last
/// command; redo likewise. Escape takes back all of what was typed and then goes on to the window.
/// A cell that is edited in a table keeps its keys.
class FieldKeys : public QObject {
    Q_OBJECT
public:
    explicit FieldKeys(QWidget& window); ///< `window` owns it

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow(QWidget* focus);

    QWidget& m_window;
    QPointer<QWidget> m_field; ///< has the focus
    QString m_applied; ///< its text before what is typed now
    bool m_tookBack = false; ///< its last undo was one of typing
};

} // namespace lb
