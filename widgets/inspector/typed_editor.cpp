#include "widgets/inspector/typed_editor.h"

#include "widgets/theme/theme.h"

#include <QFrame>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QStyle>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

/// Its border is that of a field, also in the accent's colour with the focus.
class FieldFrame : public QFrame {
public:
    FieldFrame(QPlainTextEdit& editor, QWidget* parent)
        : QFrame(parent)
    {
        editor.installEventFilter(this);
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
            setProperty("state", event->type() == QEvent::FocusIn ? "focus" : "");
            style()->unpolish(this);
            style()->polish(this);
        }
        return QFrame::eventFilter(watched, event);
    }
};

} // namespace

void setUpTyped(QPlainTextEdit& editor)
{
    editor.setLineWrapMode(QPlainTextEdit::NoWrap);
    editor.setTabChangesFocus(true);
    editor.setStyleSheet(
        QString("font-family: \"%1\"; font-size: 11px;").arg(uiFont(FontRole::Mono).family()));
}

void setUpNumbers(QPlainTextEdit& editor)
{
    setUpTyped(editor);
    editor.setProperty("appliesAtOnce", true);
}

QFrame* framed(QPlainTextEdit& editor, QWidget* parent)
{
    auto* frame = new FieldFrame(editor, parent);
    frame->setProperty("look", "field");
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(&editor);
    return frame;
}

void fitLines(QPlainTextEdit& editor, int least, int most)
{
    const int lines = std::clamp(editor.document()->blockCount(), least, most);
    constexpr int kAround = 24; // padding, border and the document's margin
    const QFontMetrics metrics(uiFont(FontRole::Mono));
    int widest = 0;
    for (QTextBlock block = editor.document()->begin(); block.isValid() && block.blockNumber() < 64;
         block = block.next())
        widest = std::max(widest, metrics.horizontalAdvance(block.text()));
    const bool scrolls = widest > editor.viewport()->width() - 8;
    editor.setFixedHeight(lines * metrics.lineSpacing() + kAround
                          + (scrolls ? editor.horizontalScrollBar()->sizeHint().height() : 0));
    const bool whole = editor.document()->blockCount() <= most; // all of it is seen
    editor.setVerticalScrollBarPolicy(whole ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    if (whole)
        editor.verticalScrollBar()->setValue(0);
}

} // namespace lb
