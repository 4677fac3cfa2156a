#include "widgets/inspector/number_field.h"

#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QStyle>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace lb {

namespace {

/// Whether more letters may still make a number of it.
bool mayBecomeOne(const QString& text)
{
    return std::ranges::all_of(text, [](QChar c) {
        return c.isDigit() || QString("+-.,eE/ _infa\u2212").contains(c);
    });
}

} // namespace

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
    connect(lineEdit(), &QLineEdit::textEdited, this, [this](const QString& text) {
        m_typing = text != numberText(m_value); // undone to the value: nothing is typed
        complain(mayBecomeOne(text) ? QString() : whyNot(text));
    });
    connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::commit);
}

void NumberField::setLimits(std::optional<double> least, std::optional<double> most)
{
    m_least = least;
    m_most = most;
}

void NumberField::refuseBeyondLimits()
{
    m_strict = true;
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
    complain({});
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
    const QString why = whyNot(lineEdit()->text());
    if (!why.isEmpty()) {
        if (!hasFocus())
            showValue(); // the field is left: it shows what is in force, and why
        return complain(why);
    }
    const auto value = parsed(lineEdit()->text());
    if (!value || *value == m_value)
        return showValue();
    m_value = *value;
    showValue();
    Q_EMIT edited(m_value);
}

QString NumberField::whyNot(const QString& text) const
{
    const QString kept = m_value.isNull() ? lineEdit()->placeholderText() : numberText(m_value);
    const auto value = parsed(text);
    if (!value && text.trimmed().isEmpty())
        return tr("A number belongs here; %1 stays in force.").arg(kept);
    if (!value)
        return (m_integral ? tr("“%1” is no whole number, such as 12; %2 stays in force.")
                           : tr("“%1” is no number, such as 0.5, 1e-3 or 1/255; %2 stays in force."))
            .arg(text.trimmed(), kept);
    const auto real = m_strict ? realOf(*value) : std::nullopt;
    if (real && !std::isfinite(*real))
        return tr("%1 cannot be used here; %2 stays in force.").arg(text.trimmed(), kept);
    if (real && m_least && *real < *m_least)
        return tr("%1 is less than %2, the least that is taken; %3 stays in force.")
            .arg(text.trimmed(), numberText(*m_least), kept);
    if (real && m_most && *real > *m_most)
        return tr("%1 is more than %2, the most that is taken; %3 stays in force.")
            .arg(text.trimmed(), numberText(*m_most), kept);
    return {};
}

void NumberField::complain(const QString& why)
{
    if (why == m_why)
        return;
    if (m_why.isEmpty())
        m_tip = toolTip();
    m_why = why;
    setToolTip(why.isEmpty() ? m_tip : why);
    setAccessibleDescription(why);
    setProperty("state", why.isEmpty() ? "" : "error");
    style()->unpolish(this);
    style()->polish(this);
    update();
    Q_EMIT refused(why);
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
    return parsed(input) ? QValidator::Acceptable : QValidator::Intermediate;
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
