#include "widgets/inspector/param_row.h"

#include "core/support/json.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/support/tab_order.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

/// A long label takes room from its editor, not from the margin of the panel.
int besideWidth(const QLabel& label)
{
    constexpr int kUsual = 152, kLeast = 104, kPanel = 264, kReset = 32;
    label.ensurePolished(); // its font is the style sheet's
    return std::clamp(kPanel - kReset - label.sizeHint().width(), kLeast, kUsual);
}

} // namespace

QWidget* makeProblemCard(const Problem& problem, QWidget* parent,
                         const std::function<void(int)>& onFix)
{
    const bool isError = problem.severity == Severity::Error;
    const bool isHint = problem.severity == Severity::Hint;
    auto* card = new QFrame(parent);
    card->setProperty("look", isError ? "errorCard" : isHint ? "card" : "warnCard");
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    auto* text = new QLabel(translated(problem.message), card);
    text->setWordWrap(true);
    text->setProperty("look", isError ? "error" : isHint ? "caption" : "warn");
    text->setObjectName("problem");
    column->addWidget(text);
    for (std::size_t i = 0; i < problem.fixes.size(); ++i) {
        const Fix& fix = problem.fixes[i];
        auto* button = new QPushButton(translated(fix.title), card);
        button->setProperty("look", "small");
        button->setObjectName(QString("fix%1").arg(i));
        button->setToolTip(QString::fromStdString(fix.outcome));
        QObject::connect(button, &QPushButton::clicked, card,
                         [onFix, i] { onFix(static_cast<int>(i)); });
        column->addWidget(button, 0, Qt::AlignLeft);
    }
    return card;
}

ParamRow::ParamRow(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent)
    : QWidget(parent)
    , m_spec(spec)
    , m_label(new QLabel(translated(spec.label), this))
    , m_reset(new QToolButton(this))
    , m_editor(makeParamEditor(spec, kerasClass, this))
    , m_column(new QVBoxLayout(this))
    , m_refusal(new QLabel(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(4);
    m_label->setProperty("look", "caption");
    m_label->setToolTip(toolTipText());
    m_editor->setToolTip(toolTipText());
    m_label->setBuddy(m_editor);
    m_editor->setAccessibleName(m_label->text());
    m_editor->setObjectName(QString::fromStdString(spec.key)); // tests find an editor by its key
    m_reset->setIcon(themedIcon("undo", &Theme::text3));
    m_reset->setIconSize({12, 12});
    m_reset->setFixedSize(20, 20);
    m_reset->setFocusPolicy(Qt::NoFocus);
    m_reset->setObjectName("reset_" + QString::fromStdString(spec.key));
    m_reset->setStyleSheet("QToolButton { padding: 0; min-height: 0; }");
    m_reset->setToolTip(
        tr("Back to %1").arg(QString::fromStdString(writeJson(fallback(), JsonStyle::Compact))));
    QSizePolicy kept = m_reset->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(kept);
    m_reset->hide();

    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(4);
    head->addWidget(m_label);
    head->addWidget(m_reset);
    if (m_editor->wide()) {
        head->addStretch(1);
        if (QWidget* extra = m_editor->headExtra())
            head->addWidget(extra);
        m_column->addLayout(head);
        m_column->addWidget(m_editor);
    } else {
        head->addStretch(1);
        m_editor->setFixedWidth(spec.kind == ParamKind::Bool ? 16 : besideWidth(*m_label));
        head->addWidget(m_editor);
        m_column->addLayout(head);
    }
    m_refusal->setObjectName("refusal");
    m_refusal->setProperty("look", "error");
    m_refusal->setWordWrap(true);
    m_refusal->setTextFormat(Qt::PlainText);
    m_refusal->hide();
    m_column->addWidget(m_refusal);
    nameForReaders(*this, m_label->text());
    connect(m_editor, &ParamEditor::refused, this, &ParamRow::showRefusal);
    connect(m_editor, &ParamEditor::edited, this, &ParamRow::edited);
    connect(m_editor, &ParamEditor::dragEnded, this, &ParamRow::dragEnded);
    connect(m_reset, &QToolButton::clicked, this, [this] { Q_EMIT edited(fallback(), false); });
}

QString ParamRow::toolTipText() const
{
    const QString help = translated(m_spec.help);
    const QString key = QString::fromStdString(m_spec.key);
    return help.isEmpty() ? key
                          : QString("<p><b>%1</b></p><p>%2</p>").arg(key, help.toHtmlEscaped());
}

Config ParamRow::fallback() const
{
    return m_spec.required ? m_spec.initial : m_spec.kerasDefault;
}

void ParamRow::showValue(const Config& value)
{
    m_editor->show(value);
    m_reset->setVisible(!(value == fallback()));
}

void ParamRow::showRefusal(const QString& why)
{
    m_refusal->setText(why);
    m_refusal->setVisible(!why.isEmpty());
}

void ParamRow::setPictures(const std::vector<QImage>& pictures, const QString& note)
{
    m_editor->setPictures(pictures, note);
}

void ParamRow::setProblems(std::span<const Problem* const> problems)
{
    for (QWidget* card : m_cards) {
        card->hide();
        card->setParent(nullptr);
        card->deleteLater(); // it may be the one whose button was clicked
    }
    m_cards.clear();
    for (const Problem* problem : problems) {
        QWidget* card = makeProblemCard(
            *problem, this, [this, kept = *problem](int fix) { Q_EMIT fixRequested(kept, fix); });
        m_column->addWidget(card);
        m_cards.push_back(card);
    }
}

void ParamRow::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    QAction* reset = menu.addAction(tr("Reset to default"));
    reset->setEnabled(m_reset->isVisible());
    QAction* copy = menu.addAction(tr("Copy the parameter’s name"));
    const QAction* chosen = menu.exec(event->globalPos());
    if (chosen == reset)
        Q_EMIT edited(fallback(), false);
    else if (chosen == copy)
        QGuiApplication::clipboard()->setText(QString::fromStdString(m_spec.key));
}

} // namespace lb
