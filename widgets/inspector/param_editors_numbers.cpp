#include "widgets/inspector/number_field.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/support/number_text.h"
#include "widgets/support/segmented.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace lb {
namespace {

QHBoxLayout* plainRow(QWidget* owner, int spacing = 8)
{
    auto* row = new QHBoxLayout(owner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing);
    return row;
}

/// A decimal step of which about a hundred go into the range.
double niceStep(double from, double to, bool integral)
{
    const double raw = (to - from) / 200;
    const double base = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = raw > 5 * base ? 10 * base : raw > 2 * base ? 5 * base : raw > base ? 2 * base : base;
    return integral ? std::max(1.0, std::round(step)) : step;
}

Config numberConfig(double value, bool integral)
{
    return integral ? Config(static_cast<std::int64_t>(std::llround(value))) : Config(value);
}

void setUpField(NumberField& field, const ParamSpec& spec)
{
    field.setLimits(realOf(spec.least), realOf(spec.most));
    const auto from = realOf(spec.sliderFrom), to = realOf(spec.sliderTo);
    if (from && to && *to > *from && !spec.integral)
        field.setStep(niceStep(*from, *to, spec.integral) * 2);
}

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

/// Two numbers, "3 × 3".
class PairEditor : public ParamEditor {
public:
    PairEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
    {
        auto* row = plainRow(this, 6);
        for (int i = 0; i < 2; ++i) {
            m_fields[i] = new NumberField(spec.integral, false, this);
            setUpField(*m_fields[i], spec);
            m_fields[i]->setStep(spec.integral ? 1 : 0);
            if (i == 1) {
                auto* between = new QLabel(spec.scalarPair ? "×" : tr("to"), this);
                between->setProperty("look", "hint");
                row->addWidget(between);
            }
            row->addWidget(m_fields[i], 1);
            connect(m_fields[i], &NumberField::edited, this, [this](const Config&) {
                Q_EMIT edited(ConfigList{m_fields[0]->value(), m_fields[1]->value()}, false);
            });
        }
        setFocusProxy(m_fields[0]);
    }
    void show(const Config& value) override
    {
        const auto* list = value.as<ConfigList>();
        if (realOf(value)) {
            m_fields[0]->setValue(value);
            m_fields[1]->setValue(value);
        } else if (list && list->size() == 2) {
            m_fields[0]->setValue((*list)[0]);
            m_fields[1]->setValue((*list)[1]);
        }
    }

private:
    std::array<NumberField*, 2> m_fields{}; // Qt children
};

/// Both ends of what a random layer draws.
class RangeEditor : public ParamEditor {
public:
    RangeEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent)
        : ParamEditor(parent)
        , m_spec(spec)
        , m_isTurn(kerasClass == "RandomRotation" && spec.key == "factor")
        , m_slider(new RangeSlider(RangeSlider::Handles::Two, this))
        , m_note(new QLabel(this))
    {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        column->addWidget(m_slider);
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        for (NumberField*& field : m_fields) {
            field = new NumberField(false, false, this);
            field->setFixedWidth(76);
            row->addWidget(field);
            if (&field == m_fields.data()) {
                auto* to = new QLabel(tr("to"), this);
                to->setProperty("look", "hint");
                row->addWidget(to);
            }
            connect(field, &NumberField::edited, this, [this] { fieldEdited(); });
        }
        m_note->setProperty("look", "monoHint");
        m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row->addWidget(m_note, 1);
        column->addLayout(row);
        const double from = realOf(spec.sliderFrom).value_or(-1);
        const double to = realOf(spec.sliderTo).value_or(1);
        m_slider->setBounds(from, to, niceStep(from, to, false));
        connect(m_slider, &RangeSlider::moved, this, [this](double low, double high, bool drag) {
            Q_EMIT edited(ConfigList{low, high}, drag);
        });
        connect(m_slider, &RangeSlider::released, this, &ParamEditor::dragEnded);
        if (m_isTurn)
            addUnits();
        if (spec.nullable)
            addSwitch();
        setUnit(1);
        setFocusProxy(m_slider);
    }
    bool wide() const override { return true; }
    QWidget* headExtra() override { return m_extra; }

    void show(const Config& value) override
    {
        const auto* list = value.as<ConfigList>();
        const double least = realOf(m_spec.least).value_or(-1e300);
        if (const auto one = realOf(value))
            m_ends = {std::max(-std::abs(*one), least), std::abs(*one)};
        else if (list && list->size() == 2 && realOf((*list)[0]) && realOf((*list)[1]))
            m_ends = {*realOf((*list)[0]), *realOf((*list)[1])};
        else if (!(value.isNull() && m_spec.nullable))
            return;
        m_isNull = value.isNull();
        if (m_switch)
            m_switch->setCurrent(m_isNull ? 0 : 1);
        setVisible(!m_isNull);
        m_slider->setValues(std::min(m_ends[0], m_ends[1]), std::max(m_ends[0], m_ends[1]));
        showFields();
    }

private:
    void addUnits()
    {
        auto* units = new Segmented({tr("turns"), tr("degrees")}, this);
        units->setObjectName("units");
        units->setCurrent(0);
        connect(units, &Segmented::picked, this,
                [this](int index) { setUnit(index == 1 ? 360 : 1); });
        m_extra = units;
    }
    void addSwitch()
    {
        m_switch = new Segmented({tr("none"), tr("range")}, this);
        m_switch->setObjectName("nullable");
        connect(m_switch, &Segmented::picked, this, [this](int index) {
            const double to = realOf(m_spec.sliderTo).value_or(1) / 5;
            const double from = std::max(realOf(m_spec.sliderFrom).value_or(-1) / 5, -to);
            Q_EMIT edited(index == 0 ? Config() : Config(ConfigList{from, to}), false);
        });
        m_extra = m_switch;
    }
    void setUnit(double unit)
    {
        m_unit = unit;
        const auto least = realOf(m_spec.least), most = realOf(m_spec.most);
        for (NumberField* field : m_fields) {
            field->setLimits(least ? std::optional(*least * unit) : least,
                             most ? std::optional(*most * unit) : most);
            field->setStep(unit == 1 ? 0.01 : 1);
        }
        showFields();
    }
    void showFields()
    {
        for (std::size_t i = 0; i < 2; ++i)
            m_fields[i]->setValue(
                m_isNull ? Config() : Config(std::round(m_ends[i] * m_unit * 1e9) / 1e9));
        m_note->setText(m_isNull ? QString() : note());
    }
    QString note() const
    {
        if (!m_isTurn)
            return m_ends[0] == -m_ends[1] && m_ends[1] != 0
                ? "±" + numberText(std::abs(m_ends[1]))
                : QString();
        const double other = m_unit == 1 ? 360 : 1;
        const int digits = m_unit == 1 ? 1 : 3;
        const QString mark = m_unit == 1 ? "°" : tr(" turns");
        if (m_ends[0] == -m_ends[1])
            return "±" + fixedText(std::abs(m_ends[1]) * other, digits) + mark;
        return fixedText(m_ends[0] * other, digits) + "…"
            + fixedText(m_ends[1] * other, digits, true) + mark;
    }
    void fieldEdited()
    {
        const auto low = realOf(m_fields[0]->value()), high = realOf(m_fields[1]->value());
        if (low && high)
            Q_EMIT edited(ConfigList{*low / m_unit, *high / m_unit}, false);
    }

    const ParamSpec m_spec;
    const bool m_isTurn;
    RangeSlider* m_slider; // Qt children
    std::array<NumberField*, 2> m_fields{};
    QLabel* m_note;
    Segmented* m_switch = nullptr;
    QWidget* m_extra = nullptr;
    std::array<double, 2> m_ends{0, 0};
    double m_unit = 1;
    bool m_isNull = false;
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
        if (!m_line->hasFocus() || !m_line->isModified())
            m_line->setText(textOf(value));
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
        m_line->setModified(false);
        const QString text = m_line->text().trimmed();
        ConfigList numbers;
        for (const QString& part : text.split(QRegularExpression("[,;\\s]+"), Qt::SkipEmptyParts)) {
            if (const auto whole = parsedInteger(part); m_spec.integral && whole)
                numbers.emplace_back(*whole);
            else if (const auto real = parsedNumber(part); !m_spec.integral && real)
                numbers.emplace_back(*real);
            else
                return m_line->setText(textOf(m_shown)); // no numbers: taken back
        }
        if (numbers.empty() && m_spec.nullable)
            Q_EMIT edited(Config(), false);
        else if (numbers.size() == 1 && m_spec.kind == ParamKind::NumberOrList)
            Q_EMIT edited(numbers.front(), false);
        else if (!numbers.empty())
            Q_EMIT edited(numbers, false);
        else
            m_line->setText(textOf(m_shown));
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
ParamEditor* makeRangeEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent)
{
    return new RangeEditor(spec, kerasClass, parent);
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
