#include "widgets/inspector/try_page_parts.h"

#include "widgets/inspector/typed_editor.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>

namespace lb {

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

} // namespace lb
