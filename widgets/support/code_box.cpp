#include "widgets/support/code_box.h"

#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QSyntaxHighlighter>
#include <QVBoxLayout>

namespace lb {

/// Keywords, strings and comments; enough to read a dozen lines.
class CodeColors : public QSyntaxHighlighter {
public:
    CodeColors(CodeBox::Language language, QTextDocument* document)
        : QSyntaxHighlighter(document)
        , m_language(language)
    {
    }

protected:
    void highlightBlock(const QString& text) override
    {
        static const QRegularExpression python("\\b(import|from|as|def|return|for|in|if|else|assert|"
                                               "with|not|and|or|None|True|False|print|lambda)\\b");
        static const QRegularExpression r("\\b(library|function|for|in|if|else|TRUE|FALSE|NULL|c)\\b");
        static const QRegularExpression shell("(?<=^|\\s)--?[a-z][a-z-]*");
        static const QRegularExpression call("\\b[A-Za-z_][A-Za-z_0-9.]*(?=\\()");
        static const QRegularExpression number("\\b[0-9][0-9.eE-]*\\b");
        static const QRegularExpression string("\"[^\"]*\"|'[^']*'");
        static const QRegularExpression comment("#.*$");
        const Theme& theme = currentTheme();
        if (m_language != CodeBox::Language::Shell) {
            color(text, call, theme.group.image);
            color(text, number, theme.group.numeric);
        }
        color(text, m_language == CodeBox::Language::Python ? python
                  : m_language == CodeBox::Language::R      ? r
                                                       : shell,
              theme.trainOnly);
        color(text, string, theme.group.text);
        color(text, comment, theme.text3);
    }

private:
    void color(const QString& text, const QRegularExpression& what, const QColor& with)
    {
        auto found = what.globalMatch(text);
        while (found.hasNext()) {
            const QRegularExpressionMatch match = found.next();
            setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), with);
        }
    }

    CodeBox::Language m_language;
};

CodeBox::CodeBox(Language language, const QString& title, const QString& note, QWidget* parent)
    : QFrame(parent)
    , m_text(new QPlainTextEdit(this))
    , m_colors(new CodeColors(language, m_text->document()))
{
    setProperty("look", "field");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(11, 4, 4, 4);
    head->setSpacing(8);
    head->addWidget(makeLabel(title, "title", this));
    head->addWidget(makeLabel(note, "hint", this), 1);
    QPushButton* copy = makeButton(tr("Copy"), "copy", "flat", tr("Copies the code"), this);
    head->addWidget(copy);
    layout->addLayout(head);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    m_text->setReadOnly(true);
    m_text->setFont(uiFont(FontRole::Mono));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setStyleSheet("QPlainTextEdit { border: 0; background: transparent; padding: 6px; }");
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(title);
    layout->addWidget(m_text, 1);
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(code()); });
}

void CodeBox::setCode(const QString& code)
{
    if (m_text->toPlainText() != code)
        m_text->setPlainText(code);
}

QString CodeBox::code() const
{
    return m_text->toPlainText();
}

void CodeBox::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_colors->rehighlight();
}

} // namespace lb
