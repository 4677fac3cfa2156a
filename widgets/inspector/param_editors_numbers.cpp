#include "core/support/json.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/param_editor_parts.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/support/number_text.h"
#include "widgets/support/pair_words.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QStyle>

#include <algorithm>

namespace lb {

using namespace parts;

namespace {

/// A number, with a slider where there is a comfortable range.
class NumberEditor : public ParamEditor {
public:
    NumberEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
        , m_spec(spec)
        , m_field(new NumberField(spec.integral, spec.nullable, this))
    {
        auto* row = plainRow(this);
        const auto from = realOf(spec.sliderFrom), to = realOf(spec.sliderTo);
        if (from && to) {
            m_slider = new RangeSlider(RangeSlider::Handles::One, this);
            m_slider->setBounds(*from, *to, niceStep(*from, *to, spec.integral));
            row->addWidget(m_slider, 1);
            connect(m_slider, &RangeSlider::moved, this,
                    [this](double, double value, bool dragging) {
                        Q_EMIT edited(numberConfig(value, m_spec.integral), dragging);
                    });
            connect(m_slider, &RangeSlider::released, this, &ParamEditor::dragEnded);
            m_field->setFixedWidth(64);
        }
        setUpField(*m_field, spec);
        m_field->setEmptyText(tr("none"));
        row->addWidget(m_field, m_slider ? 0 : 1);
        connect(m_field, &NumberField::edited, this,
                [this](const Config& value) { Q_EMIT edited(value, false); });
        connect(m_field, &NumberField::refused, this, &ParamEditor::refused);
        setFocusProxy(m_field);
    }
    void show(const Config& value) override
    {
        if (!value.isNull() && !realOf(value))
            return;
        m_field->setValue(value);
        if (m_slider)
            m_slider->setValues(0, realOf(value).value_or(0));
    }

private:
    const ParamSpec m_spec;
    NumberField* m_field; // Qt child
    RangeSlider* m_slider = nullptr; // Qt child
};

/// Two numbers, "3 × 3", "0 … 255" or "133, 133", or none of both.
class PairEditor : public ParamEditor {
public:
    PairEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
    {
        auto* row = plainRow(this, 6);
        for (int i = 0; i < 2; ++i) {
            m_fields[i] = new NumberField(spec.integral, spec.nullable, this);
            setUpField(*m_fields[i], spec);
            if (spec.nullable)
                m_fields[i]->setEmptyText(tr("none"));
            m_fields[i]->setStep(spec.integral ? 1 : 0);
            if (i == 1) {
                auto* between = new QLabel(pairSeparator(spec).trimmed(), this);
                between->setProperty("look", "hint");
                row->addWidget(between);
            }
            row->addWidget(m_fields[i], 1);
            connect(m_fields[i], &NumberField::edited, this,
                    [this](const Config& value) { Q_EMIT edited(pairWith(value), false); });
            connect(m_fields[i], &NumberField::refused, this, &ParamEditor::refused);
        }
        setFocusProxy(m_fields[0]);
    }
    void show(const Config& value) override
    {
        const auto* list = value.as<ConfigList>();
        if (realOf(value) || value.isNull()) {
            m_fields[0]->setValue(value);
            m_fields[1]->setValue(value);
        } else if (list && list->size() == 2) {
            m_fields[0]->setValue((*list)[0]);
            m_fields[1]->setValue((*list)[1]);
        }
    }

private:
    /// One that is emptied empties both, and the first that is typed counts for both.
    Config pairWith(const Config& typed) const
    {
        if (typed.isNull())
            return {};
        const Config &a = m_fields[0]->value(), &b = m_fields[1]->value();
        return ConfigList{a.isNull() ? typed : a, b.isNull() ? typed : b};
    }

    std::array<NumberField*, 2> m_fields{}; // Qt children
};

/// What somebody typed, or why it cannot be read.
struct NumberList {
    std::optional<Config> value;
    QString why;
};

Config asWanted(const Config& value, const ParamSpec& spec)
{
    if (const auto* list = value.as<ConfigList>()) {
        ConfigList all;
        for (const Config& each : *list)
            all.push_back(asWanted(each, spec));
        return all;
    }
    return spec.integral ? value : Config(realOf(value).value_or(0));
}

bool holdsNumbers(const Config& value, const ParamSpec& spec)
{
    if (const auto* list = value.as<ConfigList>())
        return std::ranges::all_of(*list,
                                   [&](const Config& each) { return holdsNumbers(each, spec); });
    return spec.integral ? value.as<std::int64_t>() != nullptr : realOf(value).has_value();
}

/// Lists in a list, with or without the brackets around all of them.
NumberList nestedListIn(const QString& text, const ParamSpec& spec)
{
    for (const QString& json : {text, "[" + text + "]"})
        if (const auto read = parseJson(json.toStdString());
            read.ok() && holdsNumbers(read.value(), spec))
            return {asWanted(read.value(), spec), {}};
    return {{}, ParamEditor::tr("“%1” is no list of numbers, such as 0.5, 0.4").arg(text)};
}

/// "1, 2 3", "[1, 2, 3]" or "(1, 2, 3)".
NumberList listIn(const QString& typed, const ParamSpec& spec)
{
    static const QRegularExpression brackets("[\\[\\]()]"), between("[,;\\s]+");
    QString text = typed.trimmed();
    const bool framed = (text.startsWith('[') && text.endsWith(']'))
        || (text.startsWith('(') && text.endsWith(')'));
    if (framed && !text.mid(1, text.size() - 2).contains(brackets))
        text = text.mid(1, text.size() - 2);
    else if (text.contains('['))
        return nestedListIn(text, spec);
    ConfigList numbers;
    for (const QString& part : text.split(between, Qt::SkipEmptyParts)) {
        if (const auto whole = parsedInteger(part); spec.integral && whole)
            numbers.emplace_back(*whole);
        else if (const auto real = parsedNumber(part); !spec.integral && real)
            numbers.emplace_back(*real);
        else
            return {{}, (spec.integral ? ParamEditor::tr("“%1” is no whole number, such as 12")
                                       : ParamEditor::tr("“%1” is no number, such as 0.5 or 1e-3"))
                            .arg(part)};
    }
    if (numbers.empty() && spec.nullable)
        return {Config(), {}};
    if (numbers.empty())
        return {{}, ParamEditor::tr("Numbers belong here")};
    if (numbers.size() == 1 && spec.kind == ParamKind::NumberOrList && !framed)
        return {numbers.front(), {}};
    return {Config(std::move(numbers)), {}};
}

/// Numbers with commas between; a single one stands for all where the spec says so. What is no
/// number stays as it was typed, with the reason beneath.
class NumbersEditor : public ParamEditor {
public:
    NumbersEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
        , m_spec(spec)
        , m_line(new QLineEdit(this))
    {
        auto* row = plainRow(this);
        const auto from = realOf(spec.sliderFrom), to = realOf(spec.sliderTo);
        if (spec.kind == ParamKind::NumberOrList && from && to) {
            m_slider = new RangeSlider(RangeSlider::Handles::One, this);
            m_slider->setBounds(*from, *to, niceStep(*from, *to, spec.integral));
            row->addWidget(m_slider, 1);
            connect(m_slider, &RangeSlider::moved, this,
                    [this](double, double value, bool dragging) {
                        Q_EMIT edited(numberConfig(value, m_spec.integral), dragging);
                    });
            connect(m_slider, &RangeSlider::released, this, &ParamEditor::dragEnded);
        }
        m_line->setFont(uiFont(FontRole::Mono));
        m_line->setProperty("look", "number");
        m_line->setAlignment(Qt::AlignRight);
        m_line->setPlaceholderText(spec.nullable ? tr("none") : QString());
        m_line->setMinimumWidth(72);
        m_line->setToolTip(spec.kind == ParamKind::NumberOrList
                               ? tr("A number, or one for each channel: 0.5, 0.4, 0.3")
                               : tr("Numbers with commas between: 1, 2, 3"));
        row->addWidget(m_line, 1);
        connect(m_line, &QLineEdit::editingFinished, this, [this] { commit(); });
        connect(m_line, &QLineEdit::textEdited, this, [this] { refuse({}); });
        setFocusProxy(m_line);
    }
    void show(const Config& value) override
    {
        const bool same = value == m_shown;
        m_shown = value;
        if (m_slider) {
            m_slider->setVisible(realOf(value).has_value());
            m_slider->setValues(0, realOf(value).value_or(0));
            m_line->setFixedWidth(realOf(value) ? 68 : 152);
        }
        if (m_line->isModified() && (m_line->hasFocus() || (!m_why.isEmpty() && same)))
            return; // as it was typed
        m_line->setText(textOf(m_shown));
        refuse({});
    }
    std::optional<QString> draft() const override
    {
        return m_line->isModified() ? std::optional(m_line->text()) : std::nullopt;
    }
    void setDraft(const QString& text) override
    {
        m_line->selectAll();
        m_line->insert(text); // undo leads back to the value
        refuse(listIn(text, m_spec).why);
    }

private:
    static QString textOf(const Config& value)
    {
        const auto* list = value.as<ConfigList>();
        if (!list)
            return numberText(value);
        QStringList parts;
        for (const Config& each : *list)
            parts << (each.as<ConfigList>() ? "[" + textOf(each) + "]" : numberText(each));
        return parts.join(", ");
    }
    /// It stays as it was typed, also when the field is left: a long list is much to type again.
    void refuse(const QString& why)
    {
        if (why == m_why)
            return;
        m_why = why;
        m_line->setProperty("state", why.isEmpty() ? "" : "error");
        m_line->style()->unpolish(m_line);
        m_line->style()->polish(m_line);
        Q_EMIT refused(why.isEmpty() ? why : tr("%1; %2 stays in force.").arg(why, textOf(m_shown)));
    }
    void commit()
    {
        if (!m_line->isModified())
            return;
        if (m_line->text() == textOf(m_shown)) {
            m_line->setModified(false);
            return refuse({});
        }
        const NumberList typed = listIn(m_line->text(), m_spec);
        refuse(typed.why);
        if (!typed.value)
            return;
        m_line->setModified(false);
        if (*typed.value == m_shown)
            m_line->setText(textOf(m_shown));
        else
            Q_EMIT edited(*typed.value, false);
    }

    const ParamSpec m_spec;
    QLineEdit* m_line; // Qt children
    RangeSlider* m_slider = nullptr;
    Config m_shown;
    QString m_why; ///< what stands there is no value; "": it is
};

/// A seed of the layer's own, or none.
class SeedEditor : public ParamEditor {
public:
    SeedEditor(const ParamSpec&, QWidget* parent)
        : ParamEditor(parent)
        , m_field(new NumberField(true, true, this))
    {
        auto* row = plainRow(this);
        m_field->setEmptyText(tr("project’s"));
        m_field->setStep(1);
        row->addWidget(m_field, 1);
        auto* fresh = new QPushButton(themedIcon("dice"), tr("New"), this);
        fresh->setProperty("look", "small");
        fresh->setObjectName("newSeed");
        fresh->setToolTip(tr("A seed that was never used here"));
        row->addWidget(fresh);
        connect(m_field, &NumberField::edited, this,
                [this](const Config& value) { Q_EMIT edited(value, false); });
        connect(m_field, &NumberField::refused, this, &ParamEditor::refused);
        connect(fresh, &QPushButton::clicked, this, [this] {
            Q_EMIT edited(Config(QRandomGenerator::global()->bounded(1, 100'000)), false);
        });
        setFocusProxy(m_field);
    }
    void show(const Config& value) override
    {
        if (value.isNull() || value.as<std::int64_t>())
            m_field->setValue(value);
    }

private:
    NumberField* m_field; // Qt child
};

} // namespace

ParamEditor* makeNumberEditor(const ParamSpec& spec, QWidget* parent)
{
    return new NumberEditor(spec, parent);
}
ParamEditor* makePairEditor(const ParamSpec& spec, QWidget* parent)
{
    return new PairEditor(spec, parent);
}
ParamEditor* makeNumbersEditor(const ParamSpec& spec, QWidget* parent)
{
    return new NumbersEditor(spec, parent);
}
ParamEditor* makeSeedEditor(const ParamSpec& spec, QWidget* parent)
{
    return new SeedEditor(spec, parent);
}

} // namespace lb
