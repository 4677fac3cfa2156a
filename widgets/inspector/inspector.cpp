#include "widgets/inspector/inspector.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/interop/code/group_code.h"
#include "core/interop/code/python_call.h"
#include "core/layers/random_group.h"
#include "widgets/inspector/inspector_header.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/inspector/ledger_page.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/recipe_panel.h"
#include "widgets/inspector/tensor_probe.h"
#include "widgets/inspector/try_page.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

constexpr std::size_t kMostCosts = 6;
constexpr int kAboutTab = 1, kTryTab = 3, kStateTab = 4;

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

struct Inspector::Impl {
    Inspector& self;
    const LayerRegistry& registry;
    std::shared_ptr<const Document> document;
    NodeId node;
    LayerId shownLayer;
    std::string shownClass;
    NodeFacts facts;
    std::vector<Problem> problems;
    std::vector<Spec> inputs; ///< what the node takes

    QStackedWidget* whole = nullptr; // Qt children
    InspectorHeader* header = nullptr;
    QTabBar* tabs = nullptr;
    QStackedWidget* pages = nullptr;
    ParameterPanel* panel = nullptr;
    QFrame* adaptCard = nullptr;
    QLabel* adaptText = nullptr;
    QPushButton* adaptButton = nullptr;
    QFrame* noteCard = nullptr;
    QLabel* note = nullptr;
    QLabel* group = nullptr; ///< links to a group's layers, or to the group around a layer
    AboutPage* about = nullptr;
    CodePage* code = nullptr;
    TryPage* tryPage = nullptr;
    LedgerPage* ledger = nullptr;
    Section* probeSection = nullptr;
    TensorProbe* probe = nullptr;
    Section* costSection = nullptr;
    CostList* costs = nullptr;
    QFormLayout* projectFacts = nullptr;
    RecipePanel* recipe = nullptr;
    RecipePanel* nodeRecipe = nullptr; ///< of Batch and Output, which the recipe sets

    Impl(Inspector& owner, const LayerRegistry& theRegistry)
        : self(owner)
        , registry(theRegistry)
    {
    }

    QWidget* makeNodePage();
    QWidget* makeParametersPage();
    QWidget* makeProjectPage();
    void showNode();
    void showLayer(const LayerDef& layer, const LayerType& type);
    void showComposite(const Node& shown);
    void showGroupLinks(const Node& shown);
    void showAdapt();
    void showProject(const Analysis& analysis, const Facts& projectFacts);
    void takeFacts(const Analysis& analysis);
};

Inspector::Inspector(const LayerRegistry& registry, QWidget* parent)
    : QWidget(parent)
    , m_impl(std::make_unique<Impl>(*this, registry))
{
    setObjectName("inspector");
    setProperty("look", "panel");
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(288);
    m_impl->whole = new QStackedWidget(this);
    QWidget* nodePage = m_impl->makeNodePage();
    m_impl->whole->addWidget(m_impl->makeProjectPage());
    m_impl->whole->addWidget(nodePage);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_impl->whole);
}

Inspector::~Inspector() = default;

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
    pages->addWidget(scrolling(padded(about), page));
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
    for (RecipePanel* each : {recipe, nodeRecipe}) {
        connect(each, &RecipePanel::recipeEdited, &self, &Inspector::recipeEdited);
        connect(each, &RecipePanel::editEnded, &self, &Inspector::editEnded);
    }
    return scrolling(padded(content), &self);
}

void Inspector::show(std::shared_ptr<const Document> document, const Analysis& analysis,
                     const Facts& facts, NodeId node)
{
    m_impl->document = std::move(document);
    if (node != m_impl->node) {
        m_impl->node = node;
        setProbe({}, {});
        setCosts({}, {});
    }
    m_impl->showProject(analysis, facts);
    m_impl->takeFacts(analysis);
    m_impl->showNode();
}

NodeId Inspector::node() const
{
    return m_impl->node;
}

TryPage& Inspector::tryPage() const
{
    return *m_impl->tryPage;
}

void Inspector::Impl::takeFacts(const Analysis& analysis)
{
    const auto found = analysis.nodes.find(node);
    facts = found == analysis.nodes.end() ? NodeFacts{} : found->second;
    problems.clear();
    for (const Problem& problem : analysis.problems)
        if (problem.node == node)
            problems.push_back(problem);
    inputs.clear();
    if (const Node* shown = document->node(node))
        for (const Input& input : shown->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                if (const Spec* spec = analysis.spec(*wire))
                    inputs.push_back(*spec);
}

void Inspector::Impl::showNode()
{
    const Node* shown = document ? document->node(node) : nullptr;
    whole->setCurrentIndex(shown ? 1 : 0);
    if (!shown)
        return;
    const LayerDef* layer = document->layerOf(node);
    const auto type = layer ? registry.find(layer->kerasClass) : Result<const LayerType*>(nullptr);
    if (layer && type.ok() && type.value())
        showLayer(*layer, *type.value());
    else
        showComposite(*shown);
    panel->setProblems(problems);
    showGroupLinks(*shown);
    showAdapt();
}

void Inspector::Impl::showLayer(const LayerDef& layer, const LayerType& type)
{
    const About text = type.about();
    header->showLayer(layer.kerasClass, text.family, QString::fromStdString(layer.name),
                      document->node(node)->muted);
    if (shownLayer != layer.id || shownClass != layer.kerasClass) {
        shownLayer = layer.id;
        shownClass = layer.kerasClass;
        panel->setSpecs(type.specs(), layer.config, layer.kerasClass);
    } else {
        panel->setValues(layer.config);
    }
    nodeRecipe->setVisible((layer.kerasClass == flow::kBatch || layer.kerasClass == flow::kOutput)
                           && document->bodyOf(node) == &document->root());
    QStringList specs;
    for (const Spec& spec : inputs)
        specs << specText(spec);
    about->showLayer(type, facts, specs.join("\n"));
    tryPage->showLayer(type, layer, inputs);
    const bool computes = text.family != About::Family::Data && text.family != About::Family::Output;
    tabs->setTabVisible(kTryTab, computes);
    tabs->setTabVisible(kAboutTab, true);
    code->showCode(QString::fromStdString(pythonCall(type, layer)));
    noteCard->setVisible(text.trainOnly);
    note->setText(tr("%1 At inference what comes in passes through unchanged.")
                      .arg(QCoreApplication::translate(text.summary.context, text.summary.source)));
}

/// A group, or a layer of a class that is not known here: its name and its problems.
void Inspector::Impl::showComposite(const Node& shown)
{
    const LayerDef* layer = document->layerOf(node);
    header->showLayer(layer ? layer->kerasClass : std::string("Group"), About::Family::Layer,
                      QString::fromStdString(document->nameOf(node)), shown.muted);
    const RandomLayerType& choice = randomGroup();
    const std::string kind = layer ? std::string() : std::string(choice.kerasClass());
    if (kind.empty() || shownClass != kind)
        panel->setSpecs(layer ? std::span<const ParamSpec>() : choice.specs(),
                        layer ? Config(ConfigObject{}) : shown.call, kind);
    else
        panel->setValues(shown.call);
    shownLayer = {};
    shownClass = kind;
    nodeRecipe->hide();
    code->showCode(layer ? QString()
                         : QString::fromStdString(groupCall(*document, registry, node)));
    tabs->setTabVisible(kAboutTab, groups::isByChance(shown));
    if (!layer)
        about->showLayer(choice, facts, {});
    tryPage->showNothing();
    tabs->setTabVisible(kTryTab, false);
    noteCard->setVisible(groups::isByChance(shown));
    note->setText(tr("Is used by chance in training. At inference what comes in passes through "
                     "unchanged, and exports leave the group out."));
}

void Inspector::Impl::showGroupLinks(const Node& shown)
{
    const auto link = [this](NodeId id) {
        return QString("<a href=\"%1\">%2</a>")
            .arg(id.value)
            .arg(QString::fromStdString(document->nameOf(id)).toHtmlEscaped());
    };
    QStringList links;
    const auto* called = std::get_if<BodyId>(&shown.calls);
    if (const Body* body = called ? document->body(*called) : nullptr)
        for (const auto& each : body->nodes)
            if (!flow::isClass(*document, *each, flow::kInput)
                && !flow::isClass(*document, *each, flow::kOutput))
                links << link(each->id);
    QString text = links.isEmpty() ? QString() : tr("Layers: %1").arg(links.join(", "));
    if (const auto around = groups::callers(*document, node); around && !around->empty())
        text = tr("In the group %1").arg(link(around->back()->id))
            + (text.isEmpty() ? "" : "<br>" + text);
    group->setText(text);
    group->setVisible(!text.isEmpty());
}

void Inspector::Impl::showAdapt()
{
    adaptCard->setVisible(facts.needsAdapt);
    tabs->setTabVisible(kStateTab, facts.needsAdapt);
    if (!facts.needsAdapt)
        return;
    const LayerDef* layer = document->layerOf(node);
    if (layer)
        ledger->showLayer(*layer, problems);
    const auto stale = std::ranges::find(problems, "stale_state", &Problem::code);
    const Config* data = layer && layer->adapted ? layer->adapted->record.find("data") : nullptr;
    QString text = data && *data == Config(kTypedData) ? tr("Adapted on values that were typed.")
        : stale != problems.end() ? tr("Adapted, but %1.").arg(translated(stale->message))
        : facts.adapted        ? tr("Adapted.")
                               : tr("Not adapted yet.");
    if (layer && layer->adapted)
        if (const Config* rows = layer->adapted->record.find("rows"))
            if (const auto* count = rows->as<std::int64_t>())
                text += " " + tr("%1 rows.").arg(grouped(*count));
    adaptText->setText(text);
    adaptButton->setText(facts.adapted ? tr("Again") : tr("Adapt"));
}

void Inspector::Impl::showProject(const Analysis& analysis, const Facts& data)
{
    clearFacts(*projectFacts);
    addFact(*projectFacts, tr("nodes"), grouped(std::ssize(document->root().nodes)));
    addFact(*projectFacts, tr("weights"), grouped(analysis.parameters));
    addFact(*projectFacts, tr("multiply-adds"), grouped(analysis.macs));
    if (data.samples > 0)
        addFact(*projectFacts, tr("samples"), grouped(data.samples));
    const bool rows = !data.columns.empty() && data.image().shape.empty();
    costSection->setNote(rows ? tr("per row, one thread") : tr("per image, one thread"));
    if (!data.image().shape.empty())
        addFact(*projectFacts, tr("sample"), specText(data.image()));
    if (!data.classNames.empty())
        addFact(*projectFacts, tr("classes"), grouped(std::ssize(data.classNames)));
    recipe->setRecipe(document->recipe);
    nodeRecipe->setRecipe(document->recipe);
}

void Inspector::setProbe(std::optional<TensorStatistics> statistics, const QString& what)
{
    m_impl->probe->setStatistics(std::move(statistics));
    m_impl->probeSection->setNote(what);
}

void Inspector::setPictures(std::string_view key, const std::vector<QImage>& pictures,
                            const QString& note)
{
    m_impl->panel->setPictures(key, pictures, note);
}

void Inspector::setCosts(std::vector<CostEntry> entries, const QString& sumName)
{
    if (entries.size() > kMostCosts) {
        std::vector<CostEntry> sorted = entries;
        std::ranges::sort(sorted, std::greater(), &CostEntry::ms);
        const double least = sorted[kMostCosts - 2].ms;
        CostEntry others{{}, {}, 0};
        std::size_t kept = 0, left = 0;
        std::vector<CostEntry> shown;
        for (const CostEntry& entry : entries) {
            const bool current = entry.node == m_impl->node;
            if (current || (entry.ms >= least && kept + 1 < kMostCosts)) {
                kept += !current;
                shown.push_back(entry);
            } else {
                others.ms += entry.ms;
                ++left;
            }
        }
        others.name = tr("%n others", nullptr, static_cast<int>(left));
        if (left > 0)
            shown.push_back(others);
        entries = std::move(shown);
    }
    m_impl->costSection->setVisible(!entries.empty());
    m_impl->costs->setEntries(std::move(entries), m_impl->node, sumName);
}

} // namespace lb
