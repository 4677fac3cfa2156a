#include "widgets/inspector/number_field.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/param_editor_parts.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"
#include "widgets/support/pair_words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QStyle>

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

/// Numbers with commas between; a single one stands for all where the spec says so.
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
        connect(m_line, &QLineEdit::textEdited, this, [this] { complain({}); });
        setFocusProxy(m_line);
    }
    void show(const Config& value) override
    {
        m_shown = value;
        if (m_slider) {
            m_slider->setVisible(realOf(value).has_value());
            m_slider->setValues(0, realOf(value).value_or(0));
            m_line->setFixedWidth(realOf(value) ? 68 : 152);
        }
        if (m_line->hasFocus() && m_line->isModified())
            return;
        m_line->setText(textOf(value));
        complain({});
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
    void commit()
    {
        if (!m_line->isModified())
            return;
        const QString text = m_line->text().trimmed();
        ConfigList numbers;
        for (const QString& part : text.split(QRegularExpression("[,;\\s]+"), Qt::SkipEmptyParts)) {
            if (const auto whole = parsedInteger(part); m_spec.integral && whole)
                numbers.emplace_back(*whole);
            else if (const auto real = parsedNumber(part); !m_spec.integral && real)
                numbers.emplace_back(*real);
            else
                return refuse((m_spec.integral
                                   ? tr("“%1” is no whole number, such as 12; %2 stays in force.")
                                   : tr("“%1” is no number, such as 0.5 or 1e-3; %2 stays in force."))
                                  .arg(part, textOf(m_shown)));
        }
        if (numbers.empty() && !m_spec.nullable)
            return refuse(tr("Numbers belong here; %1 stays in force.").arg(textOf(m_shown)));
        m_line->setModified(false);
        if (numbers.empty())
            Q_EMIT edited(Config(), false);
        else if (numbers.size() == 1 && m_spec.kind == ParamKind::NumberOrList)
            Q_EMIT edited(numbers.front(), false);
        else
            Q_EMIT edited(numbers, false);
    }
    /// It stays as it was typed until the field is left.
    void refuse(const QString& why)
    {
        if (!m_line->hasFocus())
            m_line->setText(textOf(m_shown));
        complain(why);
    }
    void complain(const QString& why)
    {
        m_line->setProperty("state", why.isEmpty() ? "" : "error");
        m_line->style()->unpolish(m_line);
        m_line->style()->polish(m_line);
        Q_EMIT refused(why);
    }

    const ParamSpec m_spec;
    QLineEdit* m_line; // Qt children
    RangeSlider* m_slider = nullptr;
    Config m_shown;
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
