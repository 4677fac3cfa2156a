#include "widgets/inspector/inspector_pages.h"

#include "widgets/inspector/example_picture.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/number_text.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QEvent>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lb {
namespace {

QLabel* wrapped(QWidget* parent, const char* look = nullptr)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (look)
        label->setProperty("look", look);
    return label;
}

class IconLabel : public QWidget {
public:
    IconLabel(QString name, QWidget* parent)
        : QWidget(parent)
        , m_name(std::move(name))
    {
        setFixedSize(16, 16);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        paintIcon(painter, QRectF(1, 1, 14, 14), m_name, currentTheme().accent);
    }

private:
    QString m_name;
};

} // namespace

QString grouped(std::int64_t number)
{
    return QLocale().toString(qlonglong{number});
}

QString specText(const Spec& spec)
{
    const auto name = nameOf(spec.dtype);
    QString text = QString::fromStdString(dimsText(spec.shape)) + "  "
        + QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
    if (spec.range.known()) // word joiners: a range is not broken
        text += "  "
            + fixedText(spec.range.least, spec.range.least == std::floor(spec.range.least) ? 0 : 2)
            + "\u2060–\u2060"
            + fixedText(spec.range.most, spec.range.most == std::floor(spec.range.most) ? 0 : 2);
    return text;
}

void addFact(QFormLayout& form, const QString& name, const QString& value)
{
    QWidget* parent = form.parentWidget();
    auto* left = new QLabel(name, parent);
    left->setProperty("look", "caption");
    auto* right = new QLabel(value, parent);
    right->setProperty("look", "mono");
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    right->setWordWrap(true);
    form.addRow(left, right);
}

void clearFacts(QFormLayout& form)
{
    while (form.rowCount() > 0)
        form.removeRow(0);
}

AboutPage::AboutPage(const LayerRegistry& registry, QWidget* parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_summary(wrapped(this))
    , m_formula(wrapped(this))
    , m_example(new ExamplePicture(this))
    , m_facts(new QFormLayout)
    , m_note(wrapped(this, "trainOnly"))
    , m_parameters(wrapped(this, "caption"))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_summary);
    auto* card = new QFrame(this);
    card->setProperty("look", "card");
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(12, 10, 12, 10);
    QFont serif("DejaVu Serif");
    serif.setStyleHint(QFont::Serif);
    serif.setItalic(true);
    m_formula->setStyleSheet("font-family: \"DejaVu Serif\", \"Liberation Serif\", serif; "
                             "font-style: italic; font-size: 13px;");
    inside->addWidget(m_formula);
    column->addWidget(card);
    column->addWidget(m_example);
    m_facts->setContentsMargins(0, 0, 0, 0);
    m_facts->setVerticalSpacing(4);
    column->addLayout(m_facts);
    auto* noteCard = new QFrame(this);
    noteCard->setProperty("look", "trainOnlyCard");
    noteCard->setObjectName("noteCard");
    auto* noteRow = new QVBoxLayout(noteCard);
    noteRow->setContentsMargins(12, 10, 12, 10);
    noteRow->addWidget(m_note);
    column->addWidget(noteCard);
    column->addWidget(m_parameters);
    column->addStretch(1);
}

AboutPage::~AboutPage() = default;

void AboutPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showExample();
}

void AboutPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    m_examples.clear(); // bars have the theme's colours
    showExample();
}

/// Made while the page is looked at only: a call takes as long as its layer does.
void AboutPage::showExample()
{
    constexpr int kSide = 128;
    if (!m_type || !isVisible())
        return;
    auto known = m_examples.find(m_type);
    if (known == m_examples.end()) {
        auto made = layerExample(*m_type, m_registry, pictureOptions(kSide));
        known = m_examples
                    .emplace(m_type, made ? std::make_unique<const LayerExample>(std::move(*made))
                                          : nullptr)
                    .first;
    }
    m_example->setExample(known->second ? std::optional(*known->second) : std::nullopt);
}

void AboutPage::showLayer(const LayerType& type, const NodeFacts& facts, const QString& inputs)
{
    m_type = &type;
    showExample();
    const About about = type.about();
    m_summary->setText(translated(about.summary));
    m_formula->setText(QString::fromUtf8(about.formula));
    m_formula->parentWidget()->setVisible(*about.formula != 0);
    clearFacts(*m_facts);
    if (!inputs.isEmpty())
        addFact(*m_facts, tr("takes"), inputs);
    for (const Spec& output : facts.outputs)
        addFact(*m_facts, tr("gives"), specText(output));
    if (facts.parameters > 0)
        addFact(*m_facts, tr("weights"),
                facts.trainable == facts.parameters
                    ? grouped(facts.parameters)
                    : tr("%1, %2 of them trained")
                          .arg(grouped(facts.parameters), grouped(facts.trainable)));
    if (facts.macs > 0)
        addFact(*m_facts, tr("multiply-adds"), grouped(facts.macs));
    QStringList notes;
    if (about.trainOnly)
        notes << tr("Works in training only. At inference what comes in passes through unchanged, "
                    "and exports leave it out.");
    if (about.perBatch)
        notes << tr("Keras draws or computes this over a whole batch, so it stands after Batch.");
    m_note->setText(notes.join("\n\n"));
    m_note->parentWidget()->setVisible(!notes.isEmpty());
    QString list;
    for (const ParamSpec& spec : type.specs())
        if (const QString help = translated(spec.help); !help.isEmpty())
            list += QString("<p style='margin: 0 0 6px 0'><b>%1</b> %2</p>")
                        .arg(QString::fromStdString(spec.key), help.toHtmlEscaped());
    m_parameters->setText(list);
    m_parameters->setVisible(!list.isEmpty());
}

CodePage::CodePage(QWidget* parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_text->setReadOnly(true);
    m_text->setObjectName("code");
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setStyleSheet(
        QString("font-family: \"%1\"; font-size: 11px;").arg(uiFont(FontRole::Mono).family()));
    column->addWidget(m_text, 1);
    auto* copy = new QPushButton(themedIcon("copy"), tr("Copy"), this);
    copy->setObjectName("copyCode");
    column->addWidget(copy, 0, Qt::AlignLeft);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
}

void CodePage::showCode(const QString& code)
{
    if (m_text->toPlainText() != code)
        m_text->setPlainText(code);
}

Section::Section(const QString& icon, const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent)
    , m_note(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(new IconLabel(icon, this));
    auto* name = new QLabel(title, this);
    name->setProperty("look", "title");
    head->addWidget(name);
    head->addStretch(1);
    m_note->setProperty("look", "hint");
    head->addWidget(m_note);
    column->addLayout(head);
    content->setParent(this);
    column->addWidget(content);
}

void Section::setNote(const QString& note)
{
    m_note->setText(note);
}

} // namespace lb
