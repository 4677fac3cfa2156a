// How the Export workspace is laid out; what it does is in export_view.cpp.
#include "widgets/export/export_view.h"
#include "widgets/export/parity_table.h"
#include "widgets/export/usage_code.h"
#include "widgets/support/code_box.h"
#include "widgets/support/controls.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

namespace lb {
namespace {

QScrollArea* scrolled(QWidget* inside, const QString& name, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidget(inside);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFrameShape(QFrame::NoFrame);
    scrollByKeys(*area, name);
    return area;
}

} // namespace

ExportView::ExportView(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeGraph());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    auto* body = new QHBoxLayout;
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    body->addWidget(makeContents());
    body->addWidget(makeLine(Qt::Vertical, this));
    body->addWidget(makeParity(), 1);
    body->addWidget(makeLine(Qt::Vertical, this));
    body->addWidget(makeCode());
    layout->addLayout(body, 1);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeFoot());
    setImpossible(tr("There is no project."));
}

QWidget* ExportView::makeHead()
{
    QWidget* head = makePanel(this);
    head->setFixedHeight(48);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(10);
    auto* icon = new QLabel(head);
    icon->setPixmap(themedIcon("export", &Theme::accent).pixmap(16, 16));
    row->addWidget(icon);
    row->addWidget(makeLabel(tr("Export inference bundle"), "figure", head));
    m_subtitle = makeLabel({}, "caption", head);
    row->addWidget(m_subtitle, 1);
    return head;
}

QWidget* ExportView::makeGraph()
{
    QWidget* graph = makePanel(this);
    auto* layout = new QVBoxLayout(graph);
    layout->setContentsMargins(16, 10, 16, 6);
    layout->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("Exported graph"), "title", graph));
    m_graphFacts = makeLabel({}, "caption", graph);
    row->addWidget(m_graphFacts);
    row->addStretch(1);
    row->addWidget(makeLabel(tr("training only, left out"), "trainOnlyChip", graph));
    layout->addLayout(row);
    m_strip = new ExportStrip;
    auto* area = new QScrollArea(graph);
    area->setWidget(m_strip);
    area->setFrameShape(QFrame::NoFrame);
    scrollByKeys(*area, tr("Exported graph"));
    area->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFixedHeight(48);
    area->viewport()->setAutoFillBackground(false);
    m_strip->setAutoFillBackground(false);
    layout->addWidget(area);
    return graph;
}

QWidget* ExportView::makeContents()
{
    QWidget* column = makePanel(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(4);
    auto* title = new QHBoxLayout;
    title->addWidget(makeLabel(tr("What goes in"), "title", column));
    title->addStretch(1);
    m_filesSize = makeLabel({}, "caption", column);
    title->addWidget(m_filesSize);
    layout->addLayout(title);
    m_files = new QVBoxLayout;
    m_files->setSpacing(0);
    layout->addLayout(m_files);
    layout->addSpacing(8);
    layout->addWidget(makeLine(Qt::Horizontal, column));
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Signature"), "title", column));
    m_signature = new QVBoxLayout;
    m_signature->setSpacing(0);
    layout->addLayout(m_signature);
    layout->addSpacing(8);
    m_notes = makeLabel({}, "warn", column);
    m_notes->setWordWrap(true);
    layout->addWidget(m_notes);
    layout->addStretch(1);
    QScrollArea* area = scrolled(column, tr("What goes in"), this);
    area->setFixedWidth(360);
    return area;
}

QWidget* ExportView::makeParity()
{
    QWidget* column = makePanel(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 12);
    layout->setSpacing(0);
    auto* banner = new QFrame(column);
    m_banner = banner;
    auto* row = new QHBoxLayout(banner);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(12);
    m_bannerIcon = new QLabel(banner);
    row->addWidget(m_bannerIcon);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_bannerTitle = makeLabel({}, "title", banner);
    m_bannerText = makeLabel({}, "caption", banner);
    m_bannerText->setWordWrap(true);
    m_bannerText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(m_bannerTitle);
    words->addWidget(m_bannerText);
    row->addLayout(words, 1);
    m_predict = makeButton(tr("Predict with it…"), "predict", nullptr,
                           tr("Opens the bundle in the predict panel"), banner);
    row->addWidget(m_predict);
    auto* framed = new QHBoxLayout;
    framed->setContentsMargins(16, 14, 16, 10);
    framed->addWidget(banner);
    layout->addLayout(framed);
    m_parity = new ParityTable(column);
    layout->addWidget(m_parity);
    layout->addStretch(1);
    m_parityNote = makeLabel({}, "hint", column);
    m_parityNote->setWordWrap(true);
    m_parityNote->setContentsMargins(16, 8, 16, 0);
    layout->addWidget(m_parityNote);
    connect(m_predict, &QPushButton::clicked, this, &ExportView::predictRequested);
    return scrolled(column, tr("What is checked"), this);
}

QWidget* ExportView::makeCode()
{
    QWidget* column = makePanel(this);
    column->setFixedWidth(440);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    m_tabs = new QTabWidget(column);
    m_python = new CodeBox(CodeBox::Language::Python, tr("Python"), "onnxruntime");
    m_keras = new CodeBox(CodeBox::Language::Python, tr("Python"), "keras");
    m_r = new CodeBox(CodeBox::Language::R, tr("R"), "keras3");
    m_shell = new CodeBox(CodeBox::Language::Shell, tr("Command line"), "layerbench-cli");
    const auto page = [&](const QString& name, std::initializer_list<CodeBox*> boxes) {
        QWidget* inside = makePanel(m_tabs);
        auto* stack = new QVBoxLayout(inside);
        stack->setContentsMargins(16, 12, 16, 12);
        stack->setSpacing(12);
        for (CodeBox* box : boxes)
            stack->addWidget(box);
        QLabel* hint = makeLabel(usageHint({}), "hint", inside);
        hint->setWordWrap(true);
        m_usageHints.push_back(hint);
        stack->addWidget(hint);
        m_tabs->addTab(inside, name);
    };
    page(tr("Python"), {m_python, m_keras});
    page(tr("R"), {m_r});
    page(tr("Command line"), {m_shell});
    layout->addWidget(m_tabs);
    return column;
}

QWidget* ExportView::makeFoot()
{
    QWidget* foot = makePanel(this);
    foot->setFixedHeight(56);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(8);
    m_target = new QLineEdit(foot);
    m_target->setFont(uiFont(FontRole::Mono));
    m_target->setMinimumWidth(300);
    m_target->setAccessibleName(tr("Where the bundle is written"));
    m_target->setPlaceholderText(tr("Folder, or a file that ends in .zip"));
    row->addWidget(m_target, 2);
    QPushButton* choose = makeButton({}, "folder", nullptr, tr("Choose where it is written"), foot);
    choose->setFixedWidth(32);
    choose->setAccessibleName(tr("Choose where it is written"));
    row->addWidget(choose);
    row->addSpacing(8);
    row->addWidget(makeLabel(tr("Written only when every sample passes"), "hint", foot));
    row->addStretch(1);
    m_progressText = makeLabel({}, "caption", foot);
    m_progress = new QProgressBar(foot);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(140);
    row->addWidget(m_progressText);
    row->addWidget(m_progress);
    m_cancel = makeButton(tr("Cancel"), {}, nullptr, tr("Stops; nothing is written"), foot);
    m_other = makeButton(tr("Export only…  "), {}, nullptr, tr("One file instead of a bundle"), foot);
    m_check = makeButton(tr("Check"), "stale", nullptr, {}, foot);
    m_write = makeButton(tr("Write bundle"), "export", "primary", {}, foot);
    for (QPushButton* button : {m_other, m_check, m_cancel, m_write})
        row->addWidget(button);
    auto* menu = new QMenu(m_other);
    menu->setObjectName("formats");
    for (const Format format : {Format::Keras, Format::Onnx, Format::Python, Format::R})
        menu->addAction(formatName(format), this, [this, format] { Q_EMIT formatRequested(format); });
    m_other->setMenu(menu);

    connect(choose, &QPushButton::clicked, this, &ExportView::browse);
    connect(m_target, &QLineEdit::textEdited, this, [this](const QString& path) {
        showCode();
        Q_EMIT targetEdited(path);
    });
    connect(m_check, &QPushButton::clicked, this, &ExportView::checkRequested);
    connect(m_cancel, &QPushButton::clicked, this, &ExportView::cancelRequested);
    connect(m_write, &QPushButton::clicked, this,
            [this] { Q_EMIT writeRequested(m_target->text()); });
    return foot;
}

} // namespace lb
