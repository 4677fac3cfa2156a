#include "widgets/inspector/inspector_header.h"
#include "widgets/inspector/inspector_impl.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/inspector/ledger_page.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/recipe_panel.h"
#include "widgets/inspector/tensor_probe.h"
#include "widgets/inspector/try_page.h"
#include "widgets/support/controls.h"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace lb {
namespace {

QFrame* line(QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("look", "line");
    frame->setFixedHeight(1);
    return frame;
}

QScrollArea* scrolling(QWidget* content, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

QWidget* padded(QWidget* content)
{
    auto* outer = new QWidget;
    auto* column = new QVBoxLayout(outer);
    column->setContentsMargins(12, 12, 12, 12);
    content->setParent(outer);
    column->addWidget(content);
    return outer;
}

} // namespace

QWidget* Inspector::Impl::makeNodePage()
{
    auto* page = new QWidget(&self);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    header = new InspectorHeader(page);
    column->addWidget(header);
    tabs = new QTabBar(page);
    tabs->setObjectName("inspectorTabs");
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    tabs->setUsesScrollButtons(false); // narrow panels shorten the names, no tab is out of sight
    tabs->setElideMode(Qt::ElideRight);
    for (const QString& name : {tr("Parameters"), tr("About"), tr("Code"), tr("Try it"),
                                tr("State")})
        tabs->addTab(name);
    column->addWidget(tabs);
    column->addWidget(line(page));
    pages = new QStackedWidget(page);
    pages->addWidget(scrolling(padded(makeParametersPage()), page));
    about = new AboutPage(registry);
    QScrollArea* read = scrolling(padded(about), page);
    scrollByKeys(*read, tr("About the layer"));
    pages->addWidget(read);
    code = new CodePage;
    pages->addWidget(padded(code));
    tryPage = new TryPage;
    pages->addWidget(scrolling(padded(tryPage), page));
    ledger = new LedgerPage;
    pages->addWidget(scrolling(padded(ledger), page));
    column->addWidget(pages, 1);
    probe = new TensorProbe;
    probeSection = new Section("curve", tr("Tensor probe"), probe, page);
    column->addWidget(line(page));
    column->addWidget(probeSection);
    costs = new CostList;
    costSection = new Section("clock", tr("Cost"), costs, page);
    column->addWidget(line(page));
    column->addWidget(costSection);
    connect(tabs, &QTabBar::currentChanged, pages, &QStackedWidget::setCurrentIndex);
    connect(header, &InspectorHeader::renamed, &self,
            [this](const QString& name) { Q_EMIT self.renameRequested(node, name); });
    connect(header, &InspectorHeader::muteToggled, &self,
            [this](bool muted) { Q_EMIT self.muteRequested(node, muted); });
    connect(costs, &CostList::nodeClicked, &self, &Inspector::nodeClicked);
    return page;
}

QWidget* Inspector::Impl::makeParametersPage()
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    adaptCard = new QFrame(page);
    adaptCard->setProperty("look", "card");
    auto* adaptRow = new QHBoxLayout(adaptCard);
    adaptRow->setContentsMargins(12, 8, 8, 8);
    adaptText = new QLabel(adaptCard);
    adaptText->setWordWrap(true);
    adaptText->setProperty("look", "caption");
    adaptRow->addWidget(adaptText, 1);
    adaptButton = new QPushButton(tr("Adapt"), adaptCard);
    adaptButton->setObjectName("adapt");
    adaptRow->addWidget(adaptButton);
    column->addWidget(adaptCard);
    group = new QLabel(page);
    group->setObjectName("groupLinks");
    group->setWordWrap(true);
    group->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    column->addWidget(group);
    panel = new ParameterPanel(page);
    column->addWidget(panel);
    nodeRecipe = new RecipePanel(page);
    nodeRecipe->setObjectName("nodeRecipe");
    column->addWidget(nodeRecipe);
    sourceRecipe = new RecipePanel(page, RecipePanel::Shows::Validation);
    sourceRecipe->setObjectName("sourceRecipe");
    column->addWidget(sourceRecipe);
    noteCard = new QFrame(page);
    noteCard->setProperty("look", "trainOnlyCard");
    auto* noteRow = new QHBoxLayout(noteCard);
    noteRow->setContentsMargins(12, 10, 12, 10);
    note = new QLabel(noteCard);
    note->setWordWrap(true);
    noteRow->addWidget(note);
    column->addWidget(noteCard);
    column->addStretch(1);
    connect(adaptButton, &QPushButton::clicked, &self, &Inspector::adaptRequested);
    connect(group, &QLabel::linkActivated, &self,
            [this](const QString& id) { Q_EMIT self.nodeClicked({id.toLongLong()}); });
    connect(panel, &ParameterPanel::editRequested, &self,
            [this](const QString& path, const Config& value, bool dragging) {
                Q_EMIT self.paramEdited(node, path, value, dragging);
            });
    connect(panel, &ParameterPanel::editEnded, &self, &Inspector::editEnded);
    connect(panel, &ParameterPanel::fixRequested, &self, &Inspector::fixRequested);
    return page;
}

QWidget* Inspector::Impl::makeProjectPage()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    auto* nothing = new QLabel(tr("Nothing selected."), content);
    nothing->setProperty("look", "inspectorTitle");
    nothing->setObjectName("nothingSelected");
    column->addWidget(nothing);
    projectFacts = new QFormLayout;
    projectFacts->setContentsMargins(0, 0, 0, 0);
    projectFacts->setVerticalSpacing(4);
    column->addLayout(projectFacts);
    column->addSpacing(4);
    column->addWidget(line(content));
    column->addSpacing(2);
    auto* training = new QLabel(tr("Training"), content);
    training->setProperty("look", "title");
    column->addWidget(training);
    recipe = new RecipePanel(content);
    column->addWidget(recipe);
    column->addStretch(1);
    for (RecipePanel* each : {recipe, nodeRecipe, sourceRecipe}) {
        connect(each, &RecipePanel::dataRequested, &self, &Inspector::dataRequested);
        connect(each, &RecipePanel::recipeEdited, &self, &Inspector::recipeEdited);
        connect(each, &RecipePanel::editEnded, &self, &Inspector::editEnded);
    }
    return scrolling(padded(content), &self);
}

} // namespace lb
