#include "widgets/predict/predict_panel.h"

#include "widgets/predict/picture_well.h"
#include "widgets/preview/words_box.h"
#include "widgets/support/controls.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lb {
namespace {

constexpr int kSeenSide = 96;

bool looksLikeModel(const QString& path)
{
    const QFileInfo info(path);
    return info.isDir() || info.suffix() == "keras" || info.suffix() == "zip";
}

} // namespace

PredictPanel::PredictPanel(QWidget* parent)
    : QWidget(parent)
    , m_which(new SegmentedChoice({tr("Current model"), tr("Open…")}, this))
    , m_name(new ElidedLabel("title", Qt::ElideMiddle, this))
    , m_facts(makeLabel({}, "hint", this))
    , m_note(makeLabel({}, "warn", this))
    , m_errorCard(new QFrame(this))
    , m_error(makeLabel({}, "error", m_errorCard))
    , m_well(new PictureWell(this))
    , m_form(new RowForm(this))
    , m_given(new QStackedWidget(this))
    , m_seenParts(new QStackedWidget(this))
    , m_seenWords(new WordsBox(this))
    , m_pictureName(new ElidedLabel("hint", Qt::ElideLeft, this))
    , m_seen(new QLabel(this))
    , m_seenText(makeLabel({}, "hint", this))
    , m_classes(new ClassList(this))
    , m_state(makeLabel({}, "hint", this))
{
    setProperty("look", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(m_name);
    names->addWidget(m_facts);
    top->addLayout(names, 1);
    top->addWidget(m_which);
    layout->addLayout(top);
    m_note->setWordWrap(true);
    m_note->hide();
    layout->addWidget(m_note);
    m_errorCard->setProperty("look", "errorCard");
    auto* errorRow = new QHBoxLayout(m_errorCard);
    errorRow->setContentsMargins(12, 8, 12, 8);
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    errorRow->addWidget(m_error);
    m_errorCard->hide();
    layout->addWidget(m_errorCard);
    layout->addWidget(makeLine(Qt::Horizontal, this));

    auto* body = new QHBoxLayout;
    body->setSpacing(20);
    auto* picture = new QWidget(m_given);
    auto* left = new QVBoxLayout(picture);
    left->setContentsMargins(0, 0, 0, 0);
    left->addWidget(m_well, 1);
    left->addWidget(m_pictureName);
    m_given->addWidget(picture);
    m_given->addWidget(m_form);
    body->addWidget(m_given, 5);
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(makeLabel(tr("Top classes"), "title", this));
    right->addWidget(m_classes);
    m_state->setWordWrap(true);
    right->addWidget(m_state);
    right->addStretch(1);
    right->addWidget(makeLabel(tr("As the model sees it"), "title", this));
    right->addWidget(makeSeen());
    body->addLayout(right, 4);
    layout->addLayout(body, 1);

    connect(m_which, &SegmentedChoice::chosen, this, [this](int which) {
        if (which == 0)
            Q_EMIT currentModelRequested();
        else
            askForModel(m_which->mapToGlobal(QPoint(0, m_which->height())));
    });
    connect(m_form, &RowForm::edited, this, &PredictPanel::rowTyped);
    connect(m_form, &RowForm::rowRequested, this, &PredictPanel::rowRequested);
    connect(m_well, &PictureWell::clicked, this, &PredictPanel::askForPicture);
    connect(m_well, &PictureWell::fileDropped, this, &PredictPanel::takeFile);
    setPrediction({}, {}, {});
}

QWidget* PredictPanel::makeSeen()
{
    auto* picture = new QWidget(m_seenParts);
    auto* seen = new QHBoxLayout(picture);
    seen->setContentsMargins(0, 0, 0, 0);
    m_seen->setFixedSize(kSeenSide, kSeenSide);
    m_seen->setAlignment(Qt::AlignCenter);
    seen->addWidget(m_seen);
    m_seenText->setWordWrap(true);
    seen->addWidget(m_seenText, 1);
    m_seenParts->addWidget(picture);
    m_seenWords->setAccessibleName(tr("As the model sees it"));
    m_seenParts->addWidget(m_seenWords);
    m_seenParts->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return m_seenParts;
}

void PredictPanel::setModel(const PredictModel& model, bool isCurrent)
{
    m_form->setFields(model.fields);
    m_given->setCurrentIndex(model.fields.empty() ? 0 : 1);
    m_seenParts->setCurrentIndex(model.fields.empty() ? 0 : 1);
    m_which->setCurrent(isCurrent ? 0 : 1);
    m_name->setFullText(model.name);
    m_facts->setText(model.facts);
    m_note->setText(model.note);
    m_note->setVisible(!model.note.isEmpty());
    m_errorCard->hide();
}

void PredictPanel::setModelError(const QString& sentence)
{
    showError(sentence);
}

void PredictPanel::setPicture(const QImage& picture, const QString& name)
{
    m_well->setPicture(picture);
    m_pictureName->setFullText(name);
    m_errorCard->hide();
}

void PredictPanel::setBusy(const QString& what)
{
    if (!what.isEmpty())
        m_state->setText(what);
}

void PredictPanel::setPrediction(std::vector<ClassProbability> classes, const QImage& seen,
                                 const QString& took)
{
    showClasses(std::move(classes), took);
    m_seenPicture = seen;
    m_seen->setPixmap(QPixmap::fromImage(fitted(seen, {kSeenSide, kSeenSide})));
    m_seenText->setText(seen.isNull() ? tr("–")
                                      : tr("%1×%2 pixels, resized as the bundle says: bilinear, "
                                           "antialiased, stretched")
                                            .arg(seen.width())
                                            .arg(seen.height()));
}

void PredictPanel::setRowPrediction(std::vector<ClassProbability> classes, const ValueWords& seen,
                                    const QString& took)
{
    m_errorCard->hide();
    showClasses(std::move(classes), took);
    m_seenWords->setWords(seen);
}

bool PredictPanel::takesRows() const
{
    return m_given->currentIndex() == 1;
}

void PredictPanel::showClasses(std::vector<ClassProbability> classes, const QString& took)
{
    m_state->setText(!classes.empty() ? took
                         : takesRows()
                         ? tr("Type, or take a row of the data, to see what the model takes it for.")
                         : tr("Drop a picture to see what the model takes it for."));
    m_classes->setVisible(!classes.empty());
    m_classes->setClasses(std::move(classes));
}

const ValueWords& PredictPanel::seenWords() const
{
    return m_seenWords->words();
}

void PredictPanel::setPictureError(const QString& sentence)
{
    setPrediction({}, {}, {});
    m_seenWords->setWords({});
    m_state->clear();
    showError(sentence);
}

void PredictPanel::showError(const QString& sentence)
{
    m_error->setText(sentence);
    m_errorCard->show();
}

QString PredictPanel::errorText() const
{
    return m_errorCard->isHidden() ? QString() : m_error->text();
}

void PredictPanel::askForModel(const QPoint& at)
{
    // One dialog cannot choose folders and files: a bundle is the one, an archive the other.
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto take = [this](const QString& path) {
        if (!path.isEmpty())
            Q_EMIT modelRequested(path);
    };
    menu->addAction(themedIcon("folder"), tr("Bundle folder…"), this,
                    [=, this] { take(QFileDialog::getExistingDirectory(this, tr("Open bundle"))); });
    menu->addAction(themedIcon("file"), tr("Zipped bundle or Keras archive…"), this, [=, this] {
        take(QFileDialog::getOpenFileName(this, tr("Open model"), {},
                                          tr("Models (*.keras *.zip);;All files (*)")));
    });
    menu->popup(at);
}

void PredictPanel::askForPicture()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose a picture"), {},
        tr("Pictures (*.png *.jpg *.jpeg *.bmp *.webp *.gif *.tif *.tiff *.ppm *.pgm);;All files (*)"));
    if (!path.isEmpty())
        Q_EMIT pictureRequested(path);
}

void PredictPanel::takeFile(const QString& path)
{
    if (looksLikeModel(path))
        Q_EMIT modelRequested(path);
    else
        Q_EMIT pictureRequested(path);
}

} // namespace lb
