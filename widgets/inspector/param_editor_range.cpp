#include "widgets/inspector/number_field.h"
#include "widgets/inspector/param_editor.h"
#include "widgets/inspector/param_editor_parts.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/support/number_text.h"
#include "widgets/support/segmented.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <cmath>

namespace lb {

using namespace parts;

namespace {

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
            field->setAccessibleName(&field == m_fields.data() ? tr("From") : tr("To"));
            row->addWidget(field);
            if (&field == m_fields.data()) {
                auto* to = new QLabel(tr("to"), this);
                to->setProperty("look", "hint");
                row->addWidget(to);
            }
            connect(field, &NumberField::edited, this, [this] { fieldEdited(); });
            connect(field, &NumberField::refused, this, &ParamEditor::refused);
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
            m_fields[i]->setValue(m_isNull ? Config()
                                           : Config(std::round(m_ends[i] * m_unit * 1e9) / 1e9));
        m_note->setText(m_isNull ? QString() : note());
    }
    QString note() const
    {
        if (!m_isTurn)
            return m_ends[0] == -m_ends[1] && m_ends[1] != 0 ? "±" + numberText(std::abs(m_ends[1]))
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

} // namespace

ParamEditor* makeRangeEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent)
{
    return new RangeEditor(spec, kerasClass, parent);
}

} // namespace lb
