#include "app/workbench/field_keys.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextDocument>

namespace lb {
namespace {

/// What is typed in a field: a line, or a text of several.
class Typing {
public:
    explicit Typing(QWidget* field)
        : m_line(qobject_cast<QLineEdit*>(field))
        , m_text(qobject_cast<QPlainTextEdit*>(field))
    {
        if (qobject_cast<QAbstractSpinBox*>(field))
            m_line = field->findChild<QLineEdit*>();
    }
    bool isField() const { return m_line || m_text; }
    bool pending() const
    {
        return m_line ? m_line->isModified() && m_line->isUndoAvailable()
                      : m_text->document()->isModified() && m_text->document()->isUndoAvailable();
    }
    bool canRedo() const
    {
        return m_line ? m_line->isRedoAvailable() : m_text->document()->isRedoAvailable();
    }
    void undo() { m_line ? m_line->undo() : m_text->undo(); }
    void redo() { m_line ? m_line->redo() : m_text->redo(); }
    QString text() const { return m_line ? m_line->text() : m_text->toPlainText(); }
    bool modified() const
    {
        return m_line ? m_line->isModified() : m_text->document()->isModified();
    }
    /// A line marks what it does between edits as modified, too.
    void settle(const QString& applied)
    {
        if (m_line && m_line->text() == applied)
            m_line->setModified(false);
    }

private:
    QLineEdit* m_line; // Qt's, one of them
    QPlainTextEdit* m_text;
};

enum class Wish { Nothing, Undo, Redo, Leave };

Wish wishOf(const QKeyEvent& key)
{
    const int which = key.key();
    const Qt::KeyboardModifiers held = key.modifiers() & ~Qt::KeypadModifier;
    if (which == Qt::Key_Escape && held == Qt::NoModifier)
        return Wish::Leave;
    if (which == Qt::Key_Z && held == Qt::ControlModifier)
        return Wish::Undo;
    if ((which == Qt::Key_Z && held == (Qt::ControlModifier | Qt::ShiftModifier))
        || (which == Qt::Key_Y && held == Qt::ControlModifier))
        return Wish::Redo;
    return Wish::Nothing;
}

} // namespace

FieldKeys::FieldKeys(QWidget& window)
    : QObject(&window)
    , m_window(window)
{
    connect(qApp, &QApplication::focusChanged, this,
            [this](QWidget*, QWidget* now) { follow(now); });
}

void FieldKeys::follow(QWidget* focus)
{
    if (m_field)
        m_field->removeEventFilter(this);
    m_field = nullptr;
    m_tookBack = false;
    if (!focus || !m_window.isAncestorOf(focus) || !Typing(focus).isField())
        return;
    const QWidget* port = focus->parentWidget();
    if (port && qobject_cast<QAbstractItemView*>(port->parentWidget()))
        return; // the table's editor of a cell
    m_field = focus;
    m_applied = Typing(focus).text();
    focus->installEventFilter(this);
}

bool FieldKeys::eventFilter(QObject* watched, QEvent* event)
{
    const bool asks = event->type() == QEvent::ShortcutOverride;
    if (watched != m_field || (!asks && event->type() != QEvent::KeyPress))
        return QObject::eventFilter(watched, event);
    Typing typing(m_field);
    if (!typing.modified())
        m_applied = typing.text();
    const Wish wish = wishOf(*static_cast<QKeyEvent*>(event));
    const bool undoes = wish == Wish::Undo && typing.pending();
    const bool redoes = wish == Wish::Redo && m_tookBack && typing.canRedo();
    switch (wish) {
    case Wish::Nothing:
        if (!asks && !static_cast<QKeyEvent*>(event)->text().isEmpty())
            m_tookBack = false; // typed on; Ctrl alone is no typing
        return false;
    case Wish::Leave:
        while (!asks && typing.pending() && !m_field->property("appliesAtOnce").toBool()) {
            typing.undo();
            typing.settle(m_applied);
        }
        return false;
    case Wish::Undo:
    case Wish::Redo:
        break;
    }
    event->setAccepted(undoes || redoes); // what is refused is a shortcut of the window
    if (asks)
        return true;
    if (undoes)
        typing.undo();
    else if (redoes)
        typing.redo();
    typing.settle(m_applied);
    m_tookBack = undoes || redoes;
    return true;
}

} // namespace lb
