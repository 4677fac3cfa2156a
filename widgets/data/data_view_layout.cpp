// How the Data workspace is laid out; what it does is in data_view.cpp.
#include "widgets/data/class_bars.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QScrollArea>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <array>

namespace lb {
namespace {

constexpr int kRoomyData = 1400;

constexpr std::array kTileSides{48, 64, 128};
constexpr int kSentenceWidth = 560;

QVBoxLayout* section(QWidget* panel)
{
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    return layout;
}

QLabel* wrapped(const char* look, QWidget* parent)
{
    QLabel* label = makeLabel({}, look, parent);
    label->setWordWrap(true);
    return label;
}

QSpinBox* numberField(int least, int most, QWidget* parent)
{
    auto* field = new QSpinBox(parent);
    field->setRange(least, most);
    field->setGroupSeparatorShown(true);
    field->setFont(uiFont(FontRole::Mono));
    field->setKeyboardTracking(false); // one edit when it is done, not one a digit
    return field;
}

/// What the centre shows instead of samples: a sentence, and perhaps buttons below it.
QWidget* messagePage(const QString& icon, QLabel* sentence,
                     std::initializer_list<QPushButton*> waysOut, QWidget* parent)
{
    auto* page = new QWidget(parent);
    page->setProperty("look", "canvas");
    page->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch(1);
    auto* picture = new QLabel(page);
    picture->setPixmap(themedIcon(icon, &Theme::text3).pixmap(32, 32));
    picture->setAlignment(Qt::AlignCenter);
    layout->addWidget(picture);
    layout->addSpacing(8);
    sentence->setAlignment(Qt::AlignCenter);
    sentence->setFixedWidth(kSentenceWidth);
    layout->addWidget(sentence, 0, Qt::AlignHCenter);
    layout->addSpacing(12);
    for (QPushButton* wayOut : waysOut) {
        layout->addWidget(wayOut, 0, Qt::AlignHCenter);
        layout->addSpacing(4);
    }
    layout->addStretch(2);
    return page;
}

/// Up and down only, and see-through.
QScrollArea* scrolled(QWidget* content, QWidget* parent)
{
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return scroll;
}

} // namespace

DataView::DataView(QWidget* parent)
    : QWidget(parent)
{
    setAcceptDrops(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto* left = new QWidget(this);
    left->setProperty("look", "panel");
    left->setAttribute(Qt::WA_StyledBackground);
    left->setFixedWidth(376);
    auto* panel = new QVBoxLayout(left);
    panel->setContentsMargins(0, 0, 0, 0);
    panel->setSpacing(0);
    auto* fields = new QWidget(left);
    auto* column = new QVBoxLayout(fields);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeSourcePanel());
    column->addWidget(makeLine(Qt::Horizontal, fields));
    column->addWidget(makeSplitPanel());
    column->addWidget(makeLine(Qt::Horizontal, fields));
    m_table = new TablePanel(fields);
    connect(m_table, &TablePanel::edited, this, &DataView::tableEdited);
    column->addWidget(m_table, 1);
    m_tableRoom = new QWidget(fields);
    column->addWidget(m_tableRoom, 1);
    panel->addWidget(scrolled(fields, left), 1); // on a small screen
    panel->addWidget(makeDetail());

    layout->addWidget(left);
    layout->addWidget(makeLine(Qt::Vertical, this));
    layout->addWidget(makeCentre(), 1);
    layout->addWidget(makeLine(Qt::Vertical, this));
    layout->addWidget(makeClassPanel());
    setSettings({});
}

QWidget* DataView::makeSourcePanel()
{
    auto* panel = new QWidget(this);
    QVBoxLayout* layout = section(panel);
    layout->addWidget(makeLabel(tr("Source"), "title", panel));
    m_kind = new SegmentedChoice({tr("Shapes"), tr("CIFAR-10"), tr("Images"), tr("Sounds")}, panel);
    layout->addWidget(m_kind);
    m_rowKind = new SegmentedChoice({tr("Sentences"), tr("Texts"), tr("Passengers"), tr("CSV")}, panel);
    layout->addWidget(m_rowKind);
    connect(m_kind, &SegmentedChoice::chosen, this, [this](int index) {
        chooseKind(
            QStringList{"drawn_shapes", "cifar10", "image_folder", "sound_folder"}.value(index));
    });
    connect(m_rowKind, &SegmentedChoice::chosen, this, [this](int index) {
        chooseKind(QStringList{"sentences", "text", "passengers", "csv"}.value(index));
    });
    m_kindHint = wrapped("hint", panel);
    layout->addWidget(m_kindHint);

    m_drawnFields = new QWidget(panel);
    auto* drawn = new QVBoxLayout(m_drawnFields);
    drawn->setContentsMargins(0, 0, 0, 0);
    m_count = numberField(1, 10'000'000, m_drawnFields);
    m_seed = numberField(0, 2'147'483'647, m_drawnFields);
    m_seed->setGroupSeparatorShown(false);
    drawn->addWidget(makeFormRow(tr("Rows"), m_count, m_drawnFields));
    drawn->addWidget(makeFormRow(tr("Seed"), m_seed, m_drawnFields));
    layout->addWidget(m_drawnFields);
    connect(m_count, &QSpinBox::valueChanged, this, [this](int n) { Q_EMIT countRequested(n); });
    connect(m_seed, &QSpinBox::valueChanged, this, [this](int n) { Q_EMIT seedRequested(n); });

    m_folderFields = new QWidget(panel);
    auto* folder = new QHBoxLayout(m_folderFields);
    folder->setContentsMargins(0, 0, 0, 0);
    m_path = new QLineEdit(m_folderFields);
    m_path->setFont(uiFont(FontRole::Mono));
    m_path->setPlaceholderText(tr("Path of the folder"));
    m_path->setAccessibleName(tr("File or folder"));
    QPushButton* choose = makeButton({}, "folder", nullptr, tr("Choose the data"), m_folderFields);
    choose->setAccessibleName(tr("Choose the data"));
    choose->setFixedWidth(32);
    folder->addWidget(m_path, 1);
    folder->addWidget(choose);
    layout->addWidget(m_folderFields);
    connect(m_path, &QLineEdit::editingFinished, this, &DataView::commitPath);
    connect(choose, &QPushButton::clicked, this, &DataView::browse);

    m_folders = new QComboBox(panel);
    m_folders->setAccessibleName(tr("Folders"));
    m_folders->setToolTip(tr("Whether the folders are classes, or splits with the classes inside"));
    m_foldersRow = makeFormRow(tr("Folders"), m_folders, panel);
    layout->addWidget(m_foldersRow);
    connect(m_folders, &QComboBox::activated, this,
            [this] { Q_EMIT foldersRequested(m_folders->currentData().toString()); });

    auto* row = new QHBoxLayout;
    m_facts = wrapped("caption", panel);
    row->addWidget(m_facts, 1);
    QPushButton* again = makeButton({}, "stale", "flat", tr("Read the data again"), panel);
    again->setFixedWidth(28);
    again->setAccessibleName(again->toolTip());
    connect(again, &QPushButton::clicked, this, &DataView::reloadRequested);
    row->addWidget(again);
    layout->addLayout(row);
    m_notes = wrapped("hint", panel);
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->setAlignment(Qt::AlignTop);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_notesRoom = scrolled(m_notes, panel);
    layout->addWidget(m_notesRoom);
    m_moreNotes = makeButton({}, {}, "flat", {}, panel);
    connect(m_moreNotes, &QPushButton::clicked, this, [this] {
        m_allNotes = !m_allNotes;
        showNotes();
    });
    layout->addWidget(m_moreNotes, 0, Qt::AlignLeft);
    return panel;
}

QWidget* DataView::makeSplitPanel()
{
    auto* panel = new QWidget(this);
    QVBoxLayout* layout = section(panel);
    layout->addWidget(makeLabel(tr("Split"), "title", panel));

    auto* fraction = new QWidget(panel);
    auto* row = new QHBoxLayout(fraction);
    row->setContentsMargins(0, 0, 0, 0);
    m_fraction = new QSlider(Qt::Horizontal, fraction);
    m_fraction->setRange(0, 50);
    m_fraction->setAccessibleName(tr("Validation, per cent"));
    m_fractionText = makeLabel({}, "mono", fraction);
    m_fractionText->setMinimumWidth(36);
    m_fractionText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_fraction, 1);
    row->addWidget(m_fractionText);
    layout->addWidget(makeFormRow(tr("Validation"), fraction, panel));
    m_splitSeed = numberField(0, 2'147'483'647, panel);
    m_splitSeed->setGroupSeparatorShown(false);
    layout->addWidget(makeFormRow(tr("Seed"), m_splitSeed, panel));
    m_splitSeed->setToolTip(tr("The seed of the recipe: which rows go where, the order, the draws"));
    m_splitText = wrapped("hint", panel);
    layout->addWidget(m_splitText);

    connect(m_fraction, &QSlider::valueChanged, this, &DataView::requestShare);
    connect(m_fraction, &QSlider::sliderReleased, this, &DataView::requestShare);
    connect(m_splitSeed, &QSpinBox::valueChanged, this, &DataView::requestSplitSeed);
    return panel;
}

QWidget* DataView::makeCentre()
{
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto* bar = new QWidget(centre);
    bar->setProperty("look", "panel");
    bar->setAttribute(Qt::WA_StyledBackground);
    bar->setFixedHeight(44);
    auto* tools = new QHBoxLayout(bar);
    tools->setContentsMargins(12, 0, 12, 0);
    tools->setSpacing(8);
    tools->addWidget(makeLabel(tr("Samples"), "title", bar));
    m_shown = makeLabel({}, "hint", bar);
    tools->addWidget(m_shown);
    tools->addStretch(1);
    m_filter = new QComboBox(bar);
    m_filter->setMinimumWidth(150);
    m_filter->setAccessibleName(tr("Class"));
    m_part = new SegmentedChoice({tr("All"), tr("Training"), tr("Validation")}, bar);
    m_tile = new SegmentedChoice({tr("S"), tr("M"), tr("L")}, bar);
    m_tile->setToolTip(tr("Size of the pictures"));
    m_tile->setCurrent(1);
    m_pin = makeButton(tr("Pin sample"), "pin", nullptr,
                       tr("Shows this sample in the previews of Design (P)"), bar);
    m_pin->setEnabled(false);
    for (QWidget* tool : std::initializer_list<QWidget*>{m_filter, m_part, m_tile, m_pin})
        tools->addWidget(tool);
    layout->addWidget(bar);
    layout->addWidget(makeLine(Qt::Horizontal, centre));

    m_grid = new SampleGrid(centre);
    m_problem = wrapped("caption", centre);
    m_problemWayOut = makeButton({}, "folder", "primary", {}, centre);
    m_detect = makeButton(tr("Detect label and columns anew"), {}, nullptr,
                          tr("Forgets the label, the columns and the separator that were chosen for "
                             "another file"),
                          centre);
    m_detect->hide();
    connect(m_detect, &QPushButton::clicked, this, &DataView::detectionRequested);
    m_opening = wrapped("caption", centre);
    m_centre = new QStackedWidget(centre);
    m_centre->addWidget(m_grid);
    m_centre->addWidget(messagePage("warning", m_problem, {m_problemWayOut, m_detect}, centre));
    m_centre->addWidget(messagePage("data", m_opening, {}, centre));
    layout->addWidget(m_centre, 1);

    connect(m_filter, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_bars->setChosen(index - 1);
        showRows();
    });
    connect(m_part, &SegmentedChoice::chosen, this, &DataView::showRows);
    connect(m_tile, &SegmentedChoice::chosen, this, [this](int size) {
        m_grid->setTileSide(kTileSides[static_cast<std::size_t>(size)]);
    });
    connect(m_grid, &SampleGrid::currentChanged, this, &DataView::showDetail);
    connect(m_grid, &SampleGrid::loaded, this, &DataView::showDetail);
    connect(m_grid, &SampleGrid::pinRequested, this, &DataView::requestPin);
    connect(m_pin, &QPushButton::clicked, this, [this] { requestPin(m_grid->current()); });
    connect(m_problemWayOut, &QPushButton::clicked, this, &DataView::browse);
    return centre;
}

QWidget* DataView::makeDetail()
{
    m_detail = new QWidget(this);
    auto* outer = new QVBoxLayout(m_detail);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(makeLine(Qt::Horizontal, m_detail));
    auto* inside = new QWidget(m_detail);
    QVBoxLayout* layout = section(inside);
    layout->addWidget(makeLabel(tr("Sample"), "title", inside));
    m_detailPicture = new QLabel(inside);
    m_detailPicture->setFixedSize(192, 192);
    m_detailPicture->setAlignment(Qt::AlignCenter);
    layout->addWidget(m_detailPicture, 0, Qt::AlignHCenter);
    m_detailWords = wrapped("caption", inside);
    m_detailWords->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detailWords->setMaximumHeight(160);
    layout->addWidget(m_detailWords);
    m_detailName = new ElidedLabel("mono", Qt::ElideLeft, inside);
    layout->addWidget(m_detailName);
    m_detailFacts = makeLabel({}, "hint", inside);
    layout->addWidget(m_detailFacts);
    outer->addWidget(inside);
    m_detail->hide();
    return m_detail;
}

void DataView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < kRoomyData;
    m_classPanel->setFixedWidth(narrow ? 240 : 340);
    m_filter->setMinimumWidth(narrow ? 104 : 150);
    m_shown->setVisible(!narrow);
}

QWidget* DataView::makeClassPanel()
{
    auto* panel = new QWidget(this);
    panel->setProperty("look", "panel");
    panel->setAttribute(Qt::WA_StyledBackground);
    m_classPanel = panel;
    QVBoxLayout* layout = section(panel);
    layout->addWidget(makeLabel(tr("Classes"), "title", panel));
    m_imbalance = wrapped("hint", panel);
    layout->addWidget(m_imbalance);
    auto* scroll = new QScrollArea(panel);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // the bars take the keys
    m_bars = new ClassBars;
    scroll->setWidget(m_bars);
    scroll->setAlignment(Qt::AlignTop);
    scroll->viewport()->setAutoFillBackground(false);
    m_bars->setAutoFillBackground(false);
    layout->addWidget(scroll, 3);
    m_unreadableTitle = wrapped("warn", panel);
    m_unreadableTitle->hide();
    layout->addWidget(m_unreadableTitle);
    m_unreadable = new QListWidget(panel);
    m_unreadable->setWordWrap(true);
    m_unreadable->setAccessibleName(tr("Files that could not be read"));
    m_unreadable->hide();
    layout->addWidget(m_unreadable, 2);
    connect(m_bars, &ClassBars::classChosen, this,
            [this](int index) { m_filter->setCurrentIndex(index + 1); });
    return panel;
}

} // namespace lb
