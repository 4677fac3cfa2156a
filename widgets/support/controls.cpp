#include "widgets/support/controls.h"

#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {

QLabel* makeLabel(const QString& text, const char* look, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("look", look);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QPushButton* makeButton(const QString& text, const QString& icon, const char* look,
                        const QString& tip, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    if (look != nullptr)
        button->setProperty("look", look);
    if (!icon.isEmpty()) {
        const bool primary = qstrcmp(look, "primary") == 0;
        const bool danger = qstrcmp(look, "danger") == 0;
        button->setIcon(themedIcon(icon,
                                   primary      ? &Theme::onAccent
                                       : danger ? &Theme::error
                                                : &Theme::text));
        button->setIconSize({14, 14});
    }
    button->setToolTip(tip);
    button->setCursor(Qt::ArrowCursor);
    return button;
}

QWidget* makePanel(QWidget* parent)
{
    auto* panel = new QWidget(parent);
    panel->setProperty("look", "panel");
    panel->setAttribute(Qt::WA_StyledBackground);
    return panel;
}

void scrollByKeys(QAbstractScrollArea& area, const QString& name)
{
    area.setFocusPolicy(Qt::StrongFocus);
    area.setAccessibleName(name);
    area.setProperty("look", "reading");
}

QFrame* makeLine(Qt::Orientation orientation, QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setProperty("look", "line");
    if (orientation == Qt::Horizontal)
        line->setFixedHeight(1);
    else
        line->setFixedWidth(1);
    return line;
}

QWidget* makeFormRow(const QString& caption, QWidget* editor, QWidget* parent)
{
    auto* row = new QWidget(parent);
    row->setFixedHeight(28);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    QLabel* name = makeLabel(caption, "caption", row);
    name->setFixedWidth(84);
    name->setBuddy(editor);
    layout->addWidget(name);
    layout->addWidget(editor, 1);
    return row;
}

void setLook(QWidget* widget, const char* look)
{
    if (widget->property("look").toString() == QLatin1String(look))
        return;
    widget->setProperty("look", look);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

SegmentedChoice::SegmentedChoice(const QStringList& names, QWidget* parent)
    : QFrame(parent)
    , m_buttons(new QButtonGroup(this))
{
    setProperty("look", "segments");
    setFixedHeight(26);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    for (int i = 0; i < names.size(); ++i) {
        auto* button = new QPushButton(names[i], this);
        button->setProperty("look", "segment");
        button->setCheckable(true);
        m_buttons->addButton(button, i);
        layout->addWidget(button, 1);
    }
    m_buttons->setExclusive(true);
    setCurrent(0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_buttons, &QButtonGroup::idClicked, this, &SegmentedChoice::chosen);
}

int SegmentedChoice::current() const
{
    return m_buttons->checkedId();
}

void SegmentedChoice::setCurrent(int index)
{
    if (QAbstractButton* button = m_buttons->button(index)) {
        button->setChecked(true);
    } else if (QAbstractButton* down = m_buttons->checkedButton()) {
        m_buttons->setExclusive(false); // or it would stay down
        down->setChecked(false);
        m_buttons->setExclusive(true);
    }
}

QPushButton* SegmentedChoice::button(int index) const
{
    return qobject_cast<QPushButton*>(m_buttons->button(index));
}

KeyFigure::KeyFigure(const QString& caption, QWidget* parent)
    : QWidget(parent)
    , m_value(makeLabel("–", "figure", this))
    , m_note(makeLabel({}, "hint", this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addWidget(makeLabel(caption, "hint", this));
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_value);
    row->addWidget(m_note, 1);
    layout->addLayout(row);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); // never cut
    setAccessibleName(caption);
}

void KeyFigure::setValue(const QString& value, const QString& note)
{
    m_value->setText(value);
    m_note->setText(note);
    setNoteShown(m_noteShown);
    setAccessibleDescription(value + ' ' + note);
}

void KeyFigure::setNoteShown(bool shown)
{
    m_noteShown = shown;
    m_note->setVisible(shown && !m_note->text().isEmpty());
    setToolTip(shown ? QString() : m_note->text());
}

int KeyFigure::noteWidth() const
{
    return m_note->text().isEmpty() ? 0 : m_note->sizeHint().width() + 6;
}

QString KeyFigure::value() const
{
    return m_value->text();
}

FigureRow::FigureRow(QWidget* parent)
    : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0); // those of the row itself count
    row->setSpacing(12);
}

KeyFigure* FigureRow::add(const QString& caption)
{
    auto* row = static_cast<QHBoxLayout*>(layout());
    if (!m_figures.empty())
        row->addWidget(makeLine(Qt::Vertical, this));
    m_figures.push_back(new KeyFigure(caption, this));
    row->addWidget(m_figures.back(), 1);
    return m_figures.back();
}

int FigureRow::notesWidth() const
{
    int sum = 0;
    for (const KeyFigure* figure : m_figures)
        sum += figure->noteWidth();
    return sum;
}

QSize FigureRow::minimumSizeHint() const
{
    const QSize now = layout()->totalMinimumSize(); // with the row's own margins
    return {m_noted ? std::max(0, now.width() - notesWidth()) : now.width(), now.height()};
}

void FigureRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

bool FigureRow::event(QEvent* event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest) // a figure or its note is another
        fit();
    return done;
}

void FigureRow::fit()
{
    const int wanted = layout()->totalMinimumSize().width() + (m_noted ? 0 : notesWidth());
    const bool noted = wanted <= width();
    if (noted == m_noted)
        return;
    m_noted = noted;
    for (KeyFigure* figure : m_figures)
        figure->setNoteShown(noted);
}

ElidedLabel::ElidedLabel(const char* look, Qt::TextElideMode mode, QWidget* parent)
    : QLabel(parent)
    , m_mode(mode)
{
    setProperty("look", look);
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void ElidedLabel::setFullText(const QString& text)
{
    m_full = text;
    setToolTip(text);
    shorten();
    updateGeometry();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {24, QLabel::minimumSizeHint().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_full) + 2, QLabel::sizeHint().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    shorten();
}

void ElidedLabel::shorten()
{
    setText(fontMetrics().elidedText(m_full, m_mode, contentsRect().width()));
}

} // namespace lb
