#include "widgets/inspector/try_page.h"

#include "core/conform/numbers.h"
#include "core/layers/columns_layer.h"
#include "core/preview/picture_axes.h"
#include "core/tensor/typed_numbers.h"
#include "widgets/inspector/try_page_parts.h"
#include "widgets/inspector/typed_editor.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

namespace lb {
namespace {

constexpr int kTypingPause = 150; ///< ms: nothing is asked for while somebody types
constexpr int kBusyAfterTyping = 200; ///< ms
constexpr qsizetype kMostTyped = 1'000'000; ///< characters
constexpr int kInputSide = 160;

} // namespace

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

void TryPage::showLayer(const LayerType& type, const LayerDef& layer,
                        const std::vector<Spec>& inputs)
{
    Impl& d = *m_impl;
    const bool other = d.type != &type || d.layer.id != layer.id;
    const bool changed = other || !(d.layer.config == layer.config) || d.layer.adapted != layer.adapted;
    d.type = &type;
    d.layer = layer;
    d.wired = inputs;
    if (!d.trials.contains({layer.id, layer.kerasClass}))
        d.trial() = startingTrial(type, layer.config, inputs);
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

void TryPage::forgetTrials()
{
    showNothing(); // the layer and its inputs are of the project before, too
    m_impl->trials.clear();
}

void TryPage::showNothing()
{
    Impl& d = *m_impl;
    d.type = nullptr;
    d.layer = {};
    d.wired.clear();
    d.typing.stop();
    d.busy.stop();
    d.answered = ++d.asked; // an answer that is on its way is of no layer that is shown
    d.output->clear();
    setAdaptError({});
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
    d.output->setAxes(axesOf(d.layer.kerasClass, d.layer.config));
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
