#include "widgets/inspector/param_editor.h"
#include "widgets/support/segmented.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QWheelEvent>

namespace lb {
namespace {

QHBoxLayout* plainRow(QWidget* owner)
{
    auto* row = new QHBoxLayout(owner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    return row;
}

class BoolEditor : public ParamEditor {
public:
    explicit BoolEditor(QWidget* parent)
        : ParamEditor(parent)
        , m_check(new QCheckBox(this))
    {
        auto* row = plainRow(this);
        row->addWidget(m_check);
        row->addStretch(1);
        connect(m_check, &QCheckBox::clicked, this,
                [this](bool on) { Q_EMIT edited(Config(on), false); });
        setFocusProxy(m_check);
    }
    void show(const Config& value) override
    {
        if (const bool* on = value.as<bool>()) {
            const QSignalBlocker silent(m_check);
            m_check->setChecked(*on);
        }
    }

private:
    QCheckBox* m_check; // Qt child
};

/// A combo box that leaves the wheel to the panel until it has the focus.
class QuietCombo : public QComboBox {
public:
    explicit QuietCombo(QWidget* parent)
        : QComboBox(parent)
    {
        setFocusPolicy(Qt::StrongFocus);
    }

protected:
    void wheelEvent(QWheelEvent* event) override
    {
        if (hasFocus())
            QComboBox::wheelEvent(event);
        else
            event->ignore();
    }
};

/// One of a few names: side by side where they are short, else a list. Serialised Keras objects
/// ({class_name, config}) are shown by their class name.
class ChoiceEditor : public ParamEditor {
public:
    ChoiceEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
    {
        auto* row = plainRow(this);
        if (spec.nullable)
            m_values.emplace_back();
        for (const std::string& choice : spec.choices)
            m_values.emplace_back(choice);
        QStringList labels;
        qsizetype letters = 0;
        for (const Config& value : m_values) {
            labels << nameOf(value);
            letters += labels.back().size();
        }
        const bool fits
            = (labels.size() == 2 && letters <= 17) || (labels.size() == 3 && letters <= 10);
        m_isLong = std::ranges::any_of(labels, [](const QString& l) { return l.size() > 17; });
        if (fits) {
            m_segments = new Segmented(labels, this);
            row->addWidget(m_segments, 1);
            connect(m_segments, &Segmented::picked, this, [this](int index) { pick(index); });
            setFocusProxy(m_segments);
        } else {
            m_combo = new QuietCombo(this);
            m_combo->addItems(labels); // Keras' names are not translated
            m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
            m_combo->setMinimumContentsLength(8);
            row->addWidget(m_combo, 1);
            connect(m_combo, &QComboBox::activated, this, [this](int index) { pick(index); });
            setFocusProxy(m_combo);
        }
    }
    bool wide() const override { return m_isLong; }
    void show(const Config& value) override
    {
        const Config* nested = value.find("class_name");
        const QString name = nameOf(nested ? *nested : value);
        int index = -1;
        for (int i = 0; i < std::ssize(m_values); ++i)
            if (nameOf(m_values[static_cast<std::size_t>(i)]) == name)
                index = i;
        if (m_segments)
            return m_segments->setCurrent(index);
        if (index < 0 && value.as<std::string>()) { // a name that another program knows
            m_values.push_back(value);
            m_combo->addItem(name);
            index = m_combo->count() - 1;
        }
        m_combo->setCurrentIndex(index);
    }

private:
    static QString nameOf(const Config& value)
    {
        const auto* name = value.as<std::string>();
        return name ? QString::fromStdString(*name) : value.isNull() ? tr("none") : QString();
    }
    void pick(int index)
    {
        if (index >= 0 && index < std::ssize(m_values))
            Q_EMIT edited(m_values[static_cast<std::size_t>(index)], false);
    }

    std::vector<Config> m_values;
    bool m_isLong = false;
    Segmented* m_segments = nullptr; // Qt children, one of them
    QComboBox* m_combo = nullptr;
};

class TextEditor : public ParamEditor {
public:
    TextEditor(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
        , m_nullable(spec.nullable)
        , m_line(new QLineEdit(this))
    {
        auto* row = plainRow(this);
        row->addWidget(m_line, 1);
        m_line->setPlaceholderText(spec.nullable ? tr("none") : QString());
        connect(m_line, &QLineEdit::editingFinished, this, [this] { commit(); });
        if (spec.key == "path")
            addFolderButton(row);
        setFocusProxy(m_line);
    }
    void show(const Config& value) override
    {
        const auto* text = value.as<std::string>();
        if ((text || value.isNull()) && (!m_line->hasFocus() || !m_line->isModified()))
            m_line->setText(text ? QString::fromStdString(*text) : QString());
    }

private:
    void addFolderButton(QHBoxLayout* row)
    {
        auto* button = new QToolButton(this);
        button->setIcon(themedIcon("folder"));
        button->setToolTip(tr("Choose a folder"));
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this] {
            const QString folder
                = QFileDialog::getExistingDirectory(this, tr("Folder of the data"), m_line->text());
            if (!folder.isEmpty())
                Q_EMIT edited(Config(folder.toStdString()), false);
        });
    }
    void commit()
    {
        if (!m_line->isModified())
            return;
        m_line->setModified(false);
        const std::string text = m_line->text().toStdString();
        Q_EMIT edited(text.empty() && m_nullable ? Config() : Config(text), false);
    }

    const bool m_nullable;
    QLineEdit* m_line; // Qt child
};

} // namespace

ParamEditor* makeChoiceEditor(const ParamSpec& spec, QWidget* parent)
{
    return new ChoiceEditor(spec, parent);
}
ParamEditor* makeTextEditor(const ParamSpec& spec, QWidget* parent)
{
    return new TextEditor(spec, parent);
}

ParamEditor* makeParamEditor(const ParamSpec& spec, std::string_view kerasClass, QWidget* parent)
{
    switch (spec.kind) {
    case ParamKind::Bool:
        return new BoolEditor(parent);
    case ParamKind::Integer:
    case ParamKind::Real:
        return makeNumberEditor(spec, parent);
    case ParamKind::Choice:
        if (spec.key == "fill_mode" && spec.choices.size() > 1)
            return makePictureChoiceEditor(spec, parent);
        [[fallthrough]];
    case ParamKind::Initializer:
    case ParamKind::Activation:
        return spec.choices.empty() ? makeTextEditor(spec, parent) : makeChoiceEditor(spec, parent);
    case ParamKind::Range:
        return makeRangeEditor(spec, kerasClass, parent);
    case ParamKind::Pair:
        return makePairEditor(spec, parent);
    case ParamKind::List:
    case ParamKind::NumberOrList:
        return makeNumbersEditor(spec, parent);
    case ParamKind::Seed:
        return makeSeedEditor(spec, parent);
    case ParamKind::Any:
        return makeJsonEditor(spec, parent);
    case ParamKind::Text:
        break;
    }
    return makeTextEditor(spec, parent);
}

} // namespace lb
