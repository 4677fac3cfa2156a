#include "widgets/inspector/number_field.h"

#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QWheelEvent>

#include <cmath>

namespace lb {

NumberField::NumberField(bool integral, bool nullable, QWidget* parent)
    : QAbstractSpinBox(parent)
    , m_integral(integral)
    , m_nullable(nullable)
{
    setProperty("look", "number");
    setFont(uiFont(FontRole::Mono));
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setFocusPolicy(Qt::StrongFocus); // the wheel alone must not take the focus
    lineEdit()->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(lineEdit(), &QLineEdit::textEdited, this, // undone to the value: nothing is typed
            [this] { m_typing = lineEdit()->text() != numberText(m_value); });
    connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::commit);
}

void NumberField::setLimits(std::optional<double> least, std::optional<double> most)
{
    m_least = least;
    m_most = most;
}

void NumberField::setStep(double step)
{
    m_step = step;
}

void NumberField::setEmptyText(const QString& text)
{
    lineEdit()->setPlaceholderText(text);
}

void NumberField::setValue(const Config& value)
{
    m_value = value;
    if (!m_typing || !hasFocus())
        showValue();
}

void NumberField::showValue()
{
    m_typing = false;
    const QString text = numberText(m_value);
    if (lineEdit()->text() != text)
        lineEdit()->setText(text);
    lineEdit()->setModified(false);
}

std::optional<Config> NumberField::parsed(const QString& text) const
{
    if (text.trimmed().isEmpty())
        return m_nullable ? std::optional<Config>(Config()) : std::nullopt;
    if (m_integral) {
        const auto whole = parsedInteger(text);
        return whole ? std::optional<Config>(*whole) : std::nullopt;
    }
    const auto real = parsedNumber(text);
    return real ? std::optional<Config>(*real) : std::nullopt;
}

void NumberField::commit()
{
    if (!m_typing)
        return;
    const auto value = parsed(lineEdit()->text());
    m_typing = false;
    if (!value || *value == m_value)
        return showValue(); // what is no number is taken back
    m_value = *value;
    showValue();
    Q_EMIT edited(m_value);
}

void NumberField::stepBy(int steps)
{
    commit();
    const double before = realOf(m_value).value_or(0);
    double step = m_step;
    if (step == 0)
        step = m_integral
            ? 1
            : std::pow(10.0, std::floor(std::log10(std::max(std::abs(before), 1e-6))) - 1);
    double after = before + steps * step;
    if (!m_integral) // 0.30000000000000004 is nobody's wish
        after = std::round(after / step * 1e6) * step / 1e6;
    if (m_least)
        after = std::max(after, *m_least);
    if (m_most)
        after = std::min(after, *m_most);
    const Config value = m_integral
        ? Config(static_cast<std::int64_t>(std::llround(after)))
        : Config(parsedNumber(QString::number(after, 'g', 9)).value_or(after));
    if (value == m_value)
        return;
    m_value = value;
    showValue();
    Q_EMIT edited(m_value);
}

QValidator::State NumberField::validate(QString& input, int&) const
{
    if (parsed(input))
        return QValidator::Acceptable;
    for (const QChar c : input)
        if (!c.isDigit() && !QString("+-.,eE/ _infa\u2212").contains(c))
            return QValidator::Invalid;
    return QValidator::Intermediate;
}

QAbstractSpinBox::StepEnabled NumberField::stepEnabled() const
{
    if (isReadOnly())
        return StepNone;
    return StepUpEnabled | StepDownEnabled;
}

void NumberField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_typing) {
        showValue();
        event->accept();
        return;
    }
    QAbstractSpinBox::keyPressEvent(event);
}

void NumberField::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QAbstractSpinBox::wheelEvent(event);
    else
        event->ignore(); // scrolls the panel
}

void NumberField::changeEvent(QEvent* event)
{
    QAbstractSpinBox::changeEvent(event);
    if (event->type() == QEvent::StyleChange) // the sheet's font is not the mono one
        lineEdit()->setFont(uiFont(FontRole::Mono));
}

QSize NumberField::sizeHint() const
{
    return {88, 24};
}

QSize NumberField::minimumSizeHint() const
{
    return {48, 24};
}

} // namespace lb
