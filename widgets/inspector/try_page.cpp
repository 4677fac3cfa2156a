#include "widgets/inspector/try_page.h"

#include "core/conform/numbers.h"
#include "core/layers/columns_layer.h"
#include "core/tensor/typed_numbers.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/trial.h"
#include "widgets/inspector/try_output.h"
#include "widgets/inspector/typed_editor.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/controls.h"
#include "widgets/support/segmented.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace lb {
namespace {

constexpr int kTypingPause = 150; ///< ms: nothing is asked for while somebody types
constexpr int kBusyAfterTyping = 200; ///< ms
constexpr qsizetype kMostTyped = 1'000'000; ///< characters
constexpr int kInputSide = 160;

} // namespace

struct TryPage::Impl {
    TryPage& self;
    const LayerType* type = nullptr;
    LayerDef layer;
    std::vector<Spec> wired; ///< what comes to the node
    std::map<LayerId, Trial> trials;
    std::optional<PreviewSample> image; ///< small, with what belongs to it
    QImage imagePicture; ///< of the question that was asked last
    std::vector<Role> roles; ///< of its inputs
    QString refusedBoxes; ///< why the image went without what belongs to it
    int asked = 0, answered = 0;
    QTimer typing, busy;

    Segmented* kind = nullptr; // Qt children
    QPlainTextEdit* input = nullptr;
    QFrame* inputFrame = nullptr;
    ElidedLabel* caption = nullptr;
    QWidget* boxesPart = nullptr;
    QPlainTextEdit* boxes = nullptr;
    QLabel* boxesNote = nullptr;
    Segmented* phase = nullptr;
    NumberField* seed = nullptr;
    QPushButton* newSeed = nullptr;
    QWidget* adaptPart = nullptr;
    QPlainTextEdit* adapt = nullptr;
    QLabel* adaptError = nullptr;
    QLabel* learned = nullptr;
    TryOutput* output = nullptr;

    explicit Impl(TryPage& owner)
        : self(owner)
    {
    }

    Trial& trial() { return trials[layer.id]; }
    void makeInput(QVBoxLayout& column);
    void makeBoxes(QVBoxLayout& column);
    void makePhase(QVBoxLayout& column);
    void makeAdapt(QVBoxLayout& column);
    void showTrial();
    void showLearned();
    void showTokens(const Tensor& vocabulary);
    void ask();
    void askToAdapt();
    LayerCall call() const;
    Result<> takeInputs(LayerCall& question);
    Result<> takeImage(LayerCall& question);
    bool usesImage() { return trial().kind == Trial::Image && image.has_value(); }
    Result<std::vector<Tensor>> typed(const QString& text);
};

TryPage::TryPage(QWidget* parent)
    : QWidget(parent)
    , m_impl(std::make_unique<Impl>(*this))
{
    setObjectName("tryPage");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_impl->makeAdapt(*column);
    m_impl->makeInput(*column);
    m_impl->makeBoxes(*column);
    m_impl->makePhase(*column);
    column->addWidget(makeLine(Qt::Horizontal, this));
    m_impl->output = new TryOutput(this);
    column->addWidget(m_impl->output);
    column->addStretch(1);
    m_impl->typing.setSingleShot(true);
    m_impl->typing.setInterval(kTypingPause);
    m_impl->busy.setSingleShot(true);
    m_impl->busy.setInterval(kBusyAfterTyping);
    connect(&m_impl->typing, &QTimer::timeout, this, [this] { m_impl->ask(); });
    connect(&m_impl->busy, &QTimer::timeout, this, [this] { m_impl->output->setBusy(true); });
}

TryPage::~TryPage() = default;

void TryPage::Impl::makeInput(QVBoxLayout& column)
{
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(makeLabel(tr("Call with"), "title", &self));
    caption = new ElidedLabel("monoHint", Qt::ElideMiddle, &self);
    head->addWidget(caption, 1);
    column.addLayout(head);
    kind = new Segmented({tr("Numbers"), tr("Text"), tr("Image"), tr("Column")}, &self);
    kind->setObjectName("tryKind");
    column.addWidget(kind, 0, Qt::AlignLeft);
    input = new QPlainTextEdit(&self);
    input->setObjectName("tryInput");
    input->setPlaceholderText(tr("1 2 3, a row a line; an empty line begins the next input"));
    input->setToolTip(tr("Rows of numbers, or lists as NumPy, R and JSON write them. Whole numbers "
                         "are int64, others float32. An empty line begins the next input."));
    setUpNumbers(*input);
    inputFrame = framed(*input, &self);
    column.addWidget(inputFrame);
    connect(input, &QPlainTextEdit::textChanged, &self, [this] {
        trial().input = input->toPlainText();
        fitLines(*input, 3, 8);
        typing.start();
    });
    connect(kind, &Segmented::picked, &self, [this](int index) {
        trial().kind = static_cast<Trial::Kind>(index);
        showTrial();
        ask();
    });
}

/// Of the image, for layers that move them.
void TryPage::Impl::makeBoxes(QVBoxLayout& column)
{
    boxesPart = new QWidget(&self);
    auto* part = new QVBoxLayout(boxesPart);
    part->setContentsMargins(0, 0, 0, 0);
    part->setSpacing(8);
    part->addWidget(makeLabel(tr("Boxes"), "title", boxesPart));
    boxes = new QPlainTextEdit(boxesPart);
    boxes->setObjectName("tryBoxes");
    boxes->setAccessibleName(tr("Boxes"));
    boxes->setPlaceholderText(tr("left top right bottom class, a box a line"));
    boxes->setToolTip(tr("Boxes that go into the layer with the image: left, top, right and bottom "
                         "in pixels of the image as it is called, and a class"));
    setUpNumbers(*boxes);
    part->addWidget(framed(*boxes, boxesPart));
    boxesNote = makeLabel({}, "hint", boxesPart);
    boxesNote->setObjectName("tryBoxesNote");
    boxesNote->setWordWrap(true);
    part->addWidget(boxesNote);
    column.addWidget(boxesPart);
    connect(boxes, &QPlainTextEdit::textChanged, &self, [this] {
        trial().boxes = boxes->toPlainText();
        refusedBoxes.clear();
        fitLines(*boxes, 1, 4);
        typing.start();
    });
}

void TryPage::Impl::makePhase(QVBoxLayout& column)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    phase = new Segmented({tr("Training"), tr("Inference")}, &self);
    phase->setObjectName("tryPhase");
    row->addWidget(phase);
    row->addStretch(1);
    seed = new NumberField(true, false, &self);
    seed->setObjectName("trySeed");
    seed->setLimits(0.0, std::nullopt);
    seed->setStep(1);
    seed->setFixedWidth(48);
    seed->setAccessibleName(tr("Seed"));
    seed->setToolTip(tr("Seed of what is drawn, and of weights before training"));
    row->addWidget(seed);
    newSeed = makeButton({}, "dice", "flat", tr("Draws again, with the next seed"), &self);
    newSeed->setObjectName("tryNewSeed");
    newSeed->setFixedWidth(32);
    row->addWidget(newSeed);
    column.addLayout(row);
    connect(phase, &Segmented::picked, &self, [this](int index) {
        trial().training = index == 0;
        ask();
    });
    const auto take = [this](std::int64_t value) {
        trial().seed = value;
        seed->setValue(Config(value));
        ask();
    };
    connect(seed, &NumberField::edited, &self, [take](const Config& value) {
        if (const auto* number = value.as<std::int64_t>())
            take(*number);
    });
    connect(newSeed, &QPushButton::clicked, &self, [this, take] { take(trial().seed + 1); });
}

void TryPage::Impl::makeAdapt(QVBoxLayout& column)
{
    adaptPart = new QWidget(&self);
    auto* part = new QVBoxLayout(adaptPart);
    part->setContentsMargins(0, 0, 0, 0);
    part->setSpacing(8);
    part->addWidget(makeLabel(tr("Adapt on"), "title", adaptPart));
    adapt = new QPlainTextEdit(adaptPart);
    adapt->setObjectName("tryAdaptOn");
    adapt->setPlaceholderText(tr("Values to learn from"));
    setUpNumbers(*adapt);
    part->addWidget(framed(*adapt, adaptPart));
    auto* button = new QPushButton(tr("Adapt on these values"), adaptPart);
    button->setObjectName("tryAdapt");
    part->addWidget(button, 0, Qt::AlignLeft);
    adaptError = makeLabel({}, "error", adaptPart);
    adaptError->setObjectName("tryAdaptError");
    adaptError->setWordWrap(true);
    part->addWidget(adaptError);
    learned = makeLabel({}, "mono", adaptPart);
    learned->setObjectName("tryLearned");
    learned->setWordWrap(true);
    part->addWidget(learned);
    part->addWidget(makeLine(Qt::Horizontal, adaptPart));
    column.addWidget(adaptPart);
    connect(adapt, &QPlainTextEdit::textChanged, &self, [this] {
        trial().adapt = adapt->toPlainText();
        fitLines(*adapt, 2, 6);
    });
    connect(button, &QPushButton::clicked, &self, [this] { askToAdapt(); });
}

void TryPage::showLayer(const LayerType& type, const LayerDef& layer,
                        const std::vector<Spec>& inputs)
{
    Impl& d = *m_impl;
    const bool other = d.type != &type || d.layer.id != layer.id;
    const bool changed = other || !(d.layer.config == layer.config) || d.layer.adapted != layer.adapted;
    d.type = &type;
    d.layer = layer;
    d.wired = inputs;
    if (!d.trials.contains(layer.id))
        d.trials[layer.id] = startingTrial(type, inputs);
    setEnabled(true);
    if (changed)
        d.refusedBoxes.clear();
    if (other) {
        d.answered = ++d.asked; // an answer that is on its way is of another layer
        d.busy.stop();
        d.output->clear();
        setAdaptError({});
        d.showTrial();
    }
    d.showLearned();
    if (changed && isVisible())
        d.ask();
}

void TryPage::showNothing()
{
    m_impl->type = nullptr;
    m_impl->layer = {};
    setEnabled(false);
}

void TryPage::setSample(const std::optional<PreviewSample>& sample)
{
    Impl& d = *m_impl;
    const bool fits = sample && sample->image.shape().size() == 3;
    d.image = fits ? std::optional(smallSample(*sample)) : std::nullopt;
    d.refusedBoxes.clear();
    if (!d.type)
        return;
    d.showTrial();
    if (d.trial().kind == Trial::Image && isVisible())
        d.ask();
}

/// Brings the controls to what is set for the layer.
void TryPage::Impl::showTrial()
{
    const Trial now = trial();
    const bool withImage = usesImage();
    kind->setCurrent(now.kind == Trial::Image && !withImage ? Trial::Numbers : now.kind);
    kind->setEnabledAt(Trial::Image, image.has_value(), tr("No image is pinned"));
    input->setPlaceholderText(
        now.kind == Trial::Text ? tr("A text a line")
            : now.kind == Trial::Columns
            ? tr("A value a line; an empty line begins the next column")
            : tr("1 2 3, a row a line; an empty line begins the next input"));
    inputFrame->setVisible(!withImage);
    caption->setFullText(withImage ? QString("%1  %2×%3")
                                         .arg(QString::fromStdString(image->name))
                                         .arg(image->image.shape()[1])
                                         .arg(image->image.shape()[0])
                                   : QString());
    boxesPart->setVisible(withImage && type && type->movesAnnotations());
    boxesNote->hide();
    phase->setCurrent(now.training ? 0 : 1);
    seed->setValue(Config(now.seed));
    adaptPart->setVisible(dynamic_cast<const AdaptableLayerType*>(type) != nullptr);
    const auto put = [](QPlainTextEdit& editor, const QString& text, int least, int most) {
        const QSignalBlocker quiet(editor);
        if (editor.toPlainText() != text)
            editor.setPlainText(text);
        fitLines(editor, least, most);
    };
    put(*input, now.input, 3, 8);
    if (withImage)
        put(*boxes, now.boxes.value_or(boxesText(image->annotations, image->boxNames)), 1, 4);
    put(*adapt, now.adapt, 2, 6);
}

void TryPage::Impl::showLearned()
{
    QStringList lines;
    if (layer.adapted)
        for (const auto& [name, tensor] : layer.adapted->tensors) {
            constexpr qsizetype kMost = 200;
            QString values = QString::fromStdString(readableText(tensor)).simplified();
            if (values.size() > kMost)
                values = values.left(kMost) + "…";
            lines << QString::fromStdString(name) + "  " + values;
        }
    learned->setText(lines.join("\n"));
    learned->setVisible(!lines.isEmpty());
}

/// The tokens by id, special ones in front, instead of what the state holds.
void TryPage::Impl::showTokens(const Tensor& vocabulary)
{
    constexpr std::size_t kMost = 24;
    QStringList tokens;
    if (vocabulary.dtype() == DType::String)
        for (const std::string& token : vocabulary.values<std::string>().first(
                 std::min(kMost, vocabulary.values<std::string>().size())))
            tokens << (token.empty() ? QString("\"\"") : QString::fromStdString(token));
    else
        tokens << QString::fromStdString(readableText(vocabulary));
    const bool all = elementCount(vocabulary.shape()) <= std::ssize(tokens)
        || vocabulary.dtype() != DType::String;
    learned->setText(tr("vocabulary") + "  " + tokens.join(' ') + (all ? "" : " …"));
    learned->setVisible(layer.adapted != nullptr);
}

Result<std::vector<Tensor>> TryPage::Impl::typed(const QString& text)
{
    if (text.size() > kMostTyped)
        return Error{ErrorCode::TooLarge, "",
                     LB_TR("Error", "is too long to be tried here; call it from the command line")};
    if (trial().kind == Trial::Columns)
        return typedColumns(text, *type, wired);
    if (trial().kind != Trial::Text)
        return typedTensors(text.toStdString());
    LB_TRY(lines, tensorOfLines(text.toStdString()));
    return std::vector<Tensor>{lines};
}

Result<> TryPage::Impl::takeInputs(LayerCall& question)
{
    if (usesImage())
        return takeImage(question);
    LB_TRY(tensors, typed(trial().input));
    question.inputs = std::move(tensors);
    return std::monostate{};
}

/// The image, with its mask and its boxes where the layer moves them. As everywhere in a project
/// boxes are told as xyxy.
Result<> TryPage::Impl::takeImage(LayerCall& question)
{
    PreviewSample shown = *image;
    shown.annotations = {};
    if (type->movesAnnotations() && refusedBoxes.isEmpty()) {
        shown.annotations.mask = image->annotations.mask;
        LB_TRY(given, typedBoxes(boxes->toPlainText(), image->boxNames));
        shown.annotations.boxes = given.boxes;
        shown.annotations.labels = given.labels;
    }
    const auto add = [&](Role role, const Tensor& tensor) {
        Shape batch = tensor.shape();
        batch.insert(batch.begin(), 1);
        question.inputs.push_back(tensor.reshaped(std::move(batch)));
        roles.push_back(role);
    };
    add(Role::Images, shown.image);
    if (shown.annotations.mask)
        add(Role::SegmentationMasks, *shown.annotations.mask);
    if (shown.annotations.boxes) {
        add(Role::Boxes, *shown.annotations.boxes);
        add(Role::BoxLabels, *shown.annotations.labels);
    }
    if (roles.size() > 1) {
        question.roles = roles;
        LB_TRY(config, withParam(layer.config, "bounding_box_format", "xyxy"));
        question.layer
            = ConfigObject{{"class_name", layer.kerasClass}, {"config", std::move(config)}};
    }
    imagePicture = imageOf(pictureOf(shown, pictureOptions(kInputSide)));
    return std::monostate{};
}

LayerCall TryPage::Impl::call() const
{
    LayerCall result;
    result.layer
        = ConfigObject{{"class_name", layer.kerasClass}, {"config", layer.config}};
    result.state = layer.adapted;
    return result;
}

void TryPage::Impl::ask()
{
    typing.stop();
    if (!type || !self.isVisible())
        return;
    LayerCall question = call();
    imagePicture = {};
    roles.clear();
    const Result<> taken = takeInputs(question);
    const int ticket = ++asked;
    if (!taken.ok()) {
        answered = ticket;
        busy.stop();
        return output->showError(translated(taken.error()));
    }
    question.training = trial().training;
    question.seed = static_cast<std::uint64_t>(trial().seed);
    busy.start();
    Q_EMIT self.callRequested(layer.id, question, ticket);
}

void TryPage::Impl::askToAdapt()
{
    self.setAdaptError({});
    auto values = typed(trial().adapt);
    if (!values.ok())
        return self.setAdaptError(translated(values.error()));
    LayerCall question = call();
    question.inputs = values.value();
    if (const auto* named = dynamic_cast<const ColumnsLayerType*>(type)) {
        const auto names = named->columns(layer.config);
        if (!names.ok())
            return self.setAdaptError(translated(names.error()));
        for (std::size_t i = 0; i < std::min(names.value().size(), values.value().size()); ++i)
            question.adaptTable.emplace(names.value()[i], values.value()[i]);
    } else {
        question.adapt = values.value().front();
        question.inputs.resize(1);
    }
    Q_EMIT self.adaptRequested(layer.id, question);
}

void TryPage::setAnswer(int ticket, const Result<LayerAnswer>& answer)
{
    Impl& d = *m_impl;
    if (ticket != d.asked || !d.type)
        return;
    d.answered = ticket;
    d.busy.stop();
    if (!answer.ok() && d.roles.size() > 1 && !d.trial().boxes) {
        d.refusedBoxes = translated(answer.error()); // nobody asked for them: the image alone
        return d.ask();
    }
    if (!answer.ok())
        return d.output->showError(translated(answer.error()));
    d.boxesNote->setText(tr("Left out: %1").arg(d.refusedBoxes));
    d.boxesNote->setVisible(!d.refusedBoxes.isEmpty());
    if (answer.value().vocabulary)
        d.showTokens(*answer.value().vocabulary);
    d.output->showAnswer(answer.value(), *d.type, d.imagePicture, d.roles,
                         d.image ? d.image->boxNames : std::vector<std::string>());
}

void TryPage::setAdaptError(const QString& message)
{
    m_impl->adaptError->setText(message);
    m_impl->adaptError->setVisible(!message.isEmpty());
}

bool TryPage::settled() const
{
    return m_impl->asked == m_impl->answered && !m_impl->typing.isActive();
}

void TryPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_impl->ask();
}

} // namespace lb
