#include "widgets/predict/row_form.h"

#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

constexpr int kPauseMs = 250; ///< while somebody types

} // namespace

RowForm::RowForm(QWidget* parent)
    : QWidget(parent)
    , m_sentence(new QPlainTextEdit(this))
    , m_scroll(new QScrollArea(this))
    , m_form(new QWidget)
    , m_take(makeButton(tr("Take a row of the data"), "dice", nullptr,
                        tr("Fills in another row of the validation data (Ctrl+R)"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_sentence->setTabChangesFocus(true);
    m_sentence->setPlaceholderText(tr("Type a sentence"));
    m_sentence->setAccessibleName(tr("Sentence"));
    m_sentence->installEventFilter(this);
    column->addWidget(m_sentence, 1);
    m_scroll->setWidget(m_form);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_scroll, 1);
    m_take->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    column->addWidget(m_take, 0, Qt::AlignLeft);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &RowForm::report);
    connect(m_sentence, &QPlainTextEdit::textChanged, this, &RowForm::changed);
    connect(m_take, &QPushButton::clicked, this, &RowForm::rowRequested);
    setFields({});
}

void RowForm::setFields(std::vector<RowField> fields)
{
    if (fields == m_fields && !fields.empty())
        return;
    std::vector<std::pair<QString, QString>> kept;
    for (std::size_t i = 0; i < m_editors.size(); ++i)
        kept.emplace_back(m_fields[i].name, m_editors[i]->text());
    m_fields = std::move(fields);
    m_editors.clear();
    qDeleteAll(m_form->findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    delete m_form->layout();
    const bool sentence = m_fields.size() == 1 && m_fields.front().isText;
    m_sentence->setVisible(sentence);
    m_scroll->setVisible(!sentence);
    auto* rows = new QVBoxLayout(m_form);
    rows->setContentsMargins(0, 0, 8, 0);
    rows->setSpacing(4);
    if (sentence)
        return;
    for (const RowField& field : m_fields) {
        auto* editor = new QLineEdit(m_form);
        editor->setPlaceholderText(field.kind);
        editor->setAccessibleName(field.name);
        editor->setToolTip(tr("%1: %2; empty where it is missing").arg(field.name, field.kind));
        editor->setFont(uiFont(field.isText ? FontRole::Base : FontRole::Mono));
        const auto known
            = std::ranges::find(kept, field.name, &std::pair<QString, QString>::first);
        if (known != kept.end())
            editor->setText(known->second);
        connect(editor, &QLineEdit::textEdited, this, &RowForm::changed);
        connect(editor, &QLineEdit::returnPressed, this, &RowForm::report);
        m_editors.push_back(editor);
        rows->addWidget(makeFormRow(field.name, editor, m_form));
    }
    rows->addStretch(1);
}

void RowForm::setValues(const QStringList& values, const QString& from)
{
    m_pause.stop();
    const QSignalBlocker blocker(m_sentence);
    if (m_editors.empty())
        m_sentence->setPlainText(values.value(0));
    for (std::size_t i = 0; i < m_editors.size(); ++i)
        m_editors[i]->setText(values.value(static_cast<int>(i)));
    m_take->setToolTip(tr("This is %1. Fills in another row of the validation data (Ctrl+R)")
                           .arg(from));
}

QStringList RowForm::values() const
{
    if (m_editors.empty())
        return {m_sentence->toPlainText()};
    QStringList values;
    for (const QLineEdit* editor : m_editors)
        values << editor->text();
    return values;
}

bool RowForm::isEmpty() const
{
    const QStringList typed = values();
    return std::ranges::all_of(typed, [](const QString& value) { return value.isEmpty(); });
}

void RowForm::setCanTakeRow(bool can)
{
    m_take->setVisible(can);
}

void RowForm::changed()
{
    m_pause.start();
}

void RowForm::report()
{
    m_pause.stop();
    Q_EMIT edited(values());
}

bool RowForm::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_sentence && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers() & Qt::ControlModifier) {
            report();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace lb
