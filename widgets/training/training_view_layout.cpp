// How the Train workspace is laid out; what it does is in training_view.cpp.
#include "widgets/data/sample_grid.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"
#include "widgets/training/bottleneck_bars.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/epoch_table.h"
#include "widgets/training/metric_chart.h"
#include "widgets/training/run_header.h"
#include "widgets/training/training_view.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QScrollArea>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace lb {
namespace {

QHBoxLayout* titleRow(QVBoxLayout* column, QWidget* title, QWidget* right)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 8, 12, 8);
    row->addWidget(title);
    row->addStretch(1);
    if (right != nullptr)
        row->addWidget(right);
    column->addLayout(row);
    return row;
}

/// Name and note left, the accuracy right.
class RunDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Theme& theme = currentTheme();
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.accentBg);
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, theme.hover);
        const QRect box = option.rect.adjusted(12, 0, -12, 0);
        const bool live = !index.data(Qt::UserRole + 1).toString().isEmpty() && index.row() == 0;
        painter->setPen(QPen(live ? theme.accent : theme.text3, 2, live ? Qt::SolidLine : Qt::DashLine));
        painter->drawLine(box.left(), box.center().y(), box.left() + 18, box.center().y());
        painter->setFont(uiFont(FontRole::Title));
        painter->setPen(theme.text);
        const QString name = index.data().toString();
        painter->drawText(box.adjusted(28, 0, 0, 0), Qt::AlignVCenter, name);
        const int used = 28 + painter->fontMetrics().horizontalAdvance(name) + 8;
        painter->setFont(uiFont(FontRole::Hint));
        painter->setPen(theme.text3);
        painter->drawText(box.adjusted(used, 0, -44, 0), Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(
                              index.data(Qt::UserRole + 1).toString(), Qt::ElideRight,
                              box.width() - used - 44));
        painter->setFont(uiFont(FontRole::Mono));
        painter->setPen(theme.text);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignRight,
                          index.data(Qt::UserRole).toString());
        painter->restore();
    }
};

} // namespace

TrainingView::TrainingView(QWidget* parent)
    : QWidget(parent)
    , m_header(new RunHeader(this))
    , m_pages(new QStackedWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeWaiting());
    layout->addWidget(makeError());
    auto* body = new QWidget(m_pages);
    auto* columns = new QHBoxLayout(body);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    columns->addWidget(makeRuns());
    columns->addWidget(makeLine(Qt::Vertical, body));
    auto* parts = new QSplitter(Qt::Horizontal, body);
    parts->setHandleWidth(1);
    parts->setChildrenCollapsible(false);
    parts->addWidget(makeCentre());
    parts->addWidget(makeEvaluation());
    parts->setStretchFactor(0, 1);
    parts->setSizes({900, 440});
    columns->addWidget(parts, 1);
    m_pages->addWidget(body);
    m_pages->addWidget(makeEmpty());
    layout->addWidget(m_pages, 1);

    connect(m_header, &RunHeader::trainRequested, this, &TrainingView::trainRequested);
    connect(m_header, &RunHeader::pauseRequested, this, &TrainingView::pauseRequested);
    connect(m_header, &RunHeader::resumeRequested, this, &TrainingView::resumeRequested);
    connect(m_header, &RunHeader::stepRequested, this, &TrainingView::stepRequested);
    connect(m_header, &RunHeader::stopRequested, this, &TrainingView::stopRequested);
    connect(m_header, &RunHeader::cancelRequested, this, &TrainingView::cancelAdaptRequested);
    showRun({}, nullptr);
}

QWidget* TrainingView::makeError()
{
    auto* card = new QFrame(this);
    m_errorCard = card;
    card->setProperty("look", "errorCard");
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(12, 8, 12, 8);
    auto* icon = new QLabel(card);
    icon->setPixmap(themedIcon("cross-circle", &Theme::error).pixmap(16, 16));
    row->addWidget(icon);
    m_errorText = makeLabel({}, "error", card);
    m_errorText->setWordWrap(true);
    m_errorText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_errorText, 1);
    m_errorLayer = makeButton(tr("Show layer"), "design", nullptr,
                              tr("Selects the layer that the message names"), card);
    row->addWidget(m_errorLayer);
    connect(m_errorLayer, &QPushButton::clicked, this,
            [this] { Q_EMIT layerRequested(m_errorWhere); });
    card->hide();
    return card;
}

QWidget* TrainingView::makeWaiting()
{
    auto* card = new QFrame(this);
    m_waitingCard = card;
    card->setObjectName("waitingCard");
    card->setProperty("look", "warnCard");
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(12, 8, 12, 8);
    auto* icon = new QLabel(card);
    icon->setPixmap(themedIcon("stale", &Theme::warn).pixmap(16, 16));
    row->addWidget(icon);
    m_waitingText = makeLabel({}, "warn", card);
    m_waitingText->setWordWrap(true);
    m_waitingText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_waitingText, 1);
    m_asItIs = makeButton(tr("Train as it is"), "play", nullptr,
                          tr("Starts a run with what the layers learned before"), card);
    row->addWidget(m_asItIs);
    connect(m_asItIs, &QPushButton::clicked, this, &TrainingView::trainAsItIsRequested);
    card->hide();
    return card;
}

QWidget* TrainingView::makeRuns()
{
    QWidget* column = makePanel(this);
    column->setFixedWidth(248);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    titleRow(layout, makeLabel(tr("Runs"), "title", column),
             makeLabel(tr("validation accuracy"), "hint", column));
    m_runs = new QListWidget(column);
    m_runs->setItemDelegate(new RunDelegate(m_runs));
    m_runs->setAccessibleName(tr("Runs"));
    layout->addWidget(m_runs);
    layout->addSpacing(8);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    titleRow(layout, makeLabel(tr("Checkpoints"), "title", column),
             makeLabel(tr("in memory"), "hint", column));
    auto* scroll = new QScrollArea(column);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // the list takes the keys
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inside = makePanel(scroll);
    auto* stack = new QVBoxLayout(inside);
    stack->setContentsMargins(0, 0, 0, 0);
    m_checkpoints = new CheckpointList(inside);
    stack->addWidget(m_checkpoints);
    stack->addStretch(1);
    scroll->setWidget(inside);
    layout->addWidget(scroll, 1);
    layout->addWidget(makeLine(Qt::Horizontal, column));

    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 12);
    foot->setSpacing(8);
    m_note = makeLabel(tr("The chosen checkpoint is what Export, Predict and the previews "
                                "use."),
                             "hint", column);
    m_note->setWordWrap(true);
    foot->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    QPushButton* save = makeButton(tr("Save run…"), "save", nullptr,
                                   tr("Writes the chosen checkpoint as model.keras"), column);
    QPushButton* toExport = makeButton(tr("Export…"), "export", nullptr,
                                       tr("Opens Export with the chosen checkpoint"), column);
    buttons->addWidget(save, 1);
    buttons->addWidget(toExport, 1);
    foot->addLayout(buttons);
    layout->addLayout(foot);
    connect(m_runs, &QListWidget::currentRowChanged, this, &TrainingView::runChosen);
    connect(m_checkpoints, &CheckpointList::epochChosen, this, &TrainingView::checkpointChosen);
    connect(save, &QPushButton::clicked, this, &TrainingView::saveRequested);
    connect(toExport, &QPushButton::clicked, this, &TrainingView::exportRequested);
    return column;
}

QWidget* TrainingView::makeCharts()
{
    auto* charts = new QWidget(this);
    auto* layout = new QHBoxLayout(charts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_loss = new MetricChart(ChartValue::Loss, tr("Loss"), charts);
    m_accuracy = new MetricChart(ChartValue::Accuracy, tr("Accuracy"), charts);
    layout->addWidget(m_loss, 1);
    layout->addWidget(makeLine(Qt::Vertical, charts));
    layout->addWidget(m_accuracy, 1);
    return charts;
}

QWidget* TrainingView::makeCentre()
{
    QWidget* column = makePanel(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(12, 8, 12, 8);
    tools->setSpacing(8);
    tools->addWidget(makeLabel(tr("x axis"), "hint", column));
    m_axis = new SegmentedChoice({tr("epoch"), tr("step"), tr("time")}, column);
    tools->addWidget(m_axis);
    tools->addSpacing(8);
    m_raw = new QCheckBox(tr("raw values"), column);
    m_raw->setChecked(true);
    tools->addWidget(m_raw);
    tools->addSpacing(8);
    tools->addWidget(makeLabel(tr("smoothing"), "caption", column));
    m_smoothing = new QSlider(Qt::Horizontal, column);
    m_smoothing->setRange(0, 99);
    m_smoothing->setFixedWidth(110);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    tools->addWidget(m_smoothing);
    m_smoothingText = makeLabel({}, "mono", column);
    m_smoothingText->setFixedWidth(32);
    tools->addWidget(m_smoothingText);
    tools->addStretch(1);
    m_copy = makeButton(tr("Copy as CSV"), "copy", nullptr,
                        tr("Every step and epoch of this run, for a spreadsheet"), column);
    tools->addWidget(m_copy);
    layout->addLayout(tools);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    layout->addWidget(makeCharts(), 5);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    m_bottleneck = new BottleneckBars(column);
    auto* starves = new QHBoxLayout;
    starves->setContentsMargins(12, 10, 12, 8);
    starves->addWidget(m_bottleneck);
    layout->addLayout(starves);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    m_epochsDone = makeLabel({}, "hint", column);
    QHBoxLayout* title = titleRow(layout, makeLabel(tr("Epochs"), "title", column),
                                  makeLabel(tr("newest first"), "hint", column));
    title->insertSpacing(1, 8);
    title->insertWidget(2, m_epochsDone);
    m_epochs = new EpochModel(this);
    layout->addWidget(new EpochTable(m_epochs, column), 4);

    connect(m_axis, &SegmentedChoice::chosen, this, [this](int axis) {
        m_loss->setAxis(static_cast<ChartX>(axis));
        m_accuracy->setAxis(static_cast<ChartX>(axis));
    });
    connect(m_raw, &QCheckBox::toggled, this, [this](bool on) {
        m_loss->setRawVisible(on);
        m_accuracy->setRawVisible(on);
    });
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothingText->setText(QString::number(value / 100.0, 'f', 2));
        m_loss->setSmoothing(value / 100.0);
        m_accuracy->setSmoothing(value / 100.0);
    });
    m_smoothing->setValue(60);
    connect(m_copy, &QPushButton::clicked, this, &TrainingView::copyCsv);
    return column;
}

QWidget* TrainingView::makeEvaluation()
{
    QWidget* column = makePanel(this);
    column->setMinimumWidth(330);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_matrixTitle = makeLabel(tr("Validation"), "title", column);
    m_matrixUnit = new SegmentedChoice({tr("count"), tr("row %")}, column);
    titleRow(layout, m_matrixTitle, m_matrixUnit);
    m_matrix = new ConfusionMatrix(column);
    auto* matrix = new QHBoxLayout;
    matrix->setContentsMargins(8, 4, 12, 8);
    matrix->addWidget(m_matrix);
    layout->addLayout(matrix, 3);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    m_cellTitle = makeLabel(tr("Samples"), "title", column);
    titleRow(layout, m_cellTitle, makeLabel(tr("confident first"), "hint", column));
    m_cellGrid = new SampleGrid(column);
    m_cellGrid->setTileSide(48);
    layout->addWidget(m_cellGrid, 2);
    connect(m_matrixUnit, &SegmentedChoice::chosen, m_matrix,
            [this](int unit) { m_matrix->setPercent(unit == 1); });
    connect(m_matrix, &ConfusionMatrix::cellChosen, this, &TrainingView::cellChosen);
    connect(m_cellGrid, &SampleGrid::pinRequested, this, &TrainingView::pinRequested);
    return column;
}

QWidget* TrainingView::makeEmpty()
{
    auto* page = new QWidget(this);
    page->setProperty("look", "canvas");
    page->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch(2);
    auto* icon = new QLabel(page);
    icon->setPixmap(themedIcon("train", &Theme::text3).pixmap(32, 32));
    icon->setAlignment(Qt::AlignCenter);
    layout->addWidget(icon);
    QLabel* sentence = makeLabel(tr("No runs yet."), "caption", page);
    sentence->setAlignment(Qt::AlignCenter);
    layout->addWidget(sentence);
    layout->addSpacing(8);
    m_emptyTrain = makeButton(tr("Train"), "play", "primary", tr("Starts a run (F5)"), page);
    layout->addWidget(m_emptyTrain, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_emptyTrain, &QPushButton::clicked, this, &TrainingView::trainRequested);
    return page;
}

} // namespace lb
