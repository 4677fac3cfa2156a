#include "widgets/inspector/inspector.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/interop/code/group_code.h"
#include "core/interop/code/python_call.h"
#include "core/layers/random_group.h"
#include "widgets/inspector/dtype_field.h"
#include "widgets/inspector/inspector_header.h"
#include "widgets/inspector/inspector_impl.h"
#include "widgets/inspector/inspector_pages.h"
#include "widgets/inspector/ledger_page.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/recipe_panel.h"
#include "widgets/inspector/tensor_probe.h"
#include "widgets/inspector/try_page.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFormLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

constexpr std::size_t kMostCosts = 6;
constexpr int kAboutTab = 1, kTryTab = 3, kStateTab = 4;

/// Keeps the field that has the focus where it is seen, while what is above it becomes higher or
/// lower: cards of problems, and rows that apply no longer.
class FieldInView {
public:
    explicit FieldInView(const QWidget& panel)
    {
        m_kept.field = QApplication::focusWidget();
        if (!m_kept.field || !panel.isAncestorOf(m_kept.field))
            return;
        for (QWidget* up = m_kept.field->parentWidget(); up && up != &panel && !m_kept.area;
             up = up->parentWidget())
            m_kept.area = qobject_cast<QScrollArea*>(up);
        if (!m_kept.area)
            return;
        layOut(); // what was typed may have made the field higher
        m_kept.at = m_kept.place();
    }
    ~FieldInView()
    {
        if (!m_kept.area)
            return;
        layOut();
        m_kept.restore();
        // Wrapped sentences know their height only when they have their width.
        QTimer::singleShot(0, m_kept.area, [kept = m_kept] { kept.restore(); });
    }
    Q_DISABLE_COPY_MOVE(FieldInView)

private:
    struct Kept {
        QPointer<QWidget> field;
        QPointer<QScrollArea> area;
        int at = 0; ///< below the upper edge of what is seen

        int place() const { return field->mapTo(area->viewport(), QPoint()).y(); }
        void restore() const
        {
            if (!area || !field || !area->isAncestorOf(field) || !field->isVisible())
                return;
            QScrollBar& bar = *area->verticalScrollBar();
            bar.setValue(bar.value() + place() - at);
        }
    };

    /// Now, not after a picture.
    static void layOut() { QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); }

    Kept m_kept;
};

} // namespace

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

void Inspector::show(std::shared_ptr<const Document> document, const Analysis& analysis,
                     const Facts& facts, NodeId node)
{
    std::optional<FieldInView> kept;
    if (node == m_impl->node)
        kept.emplace(*this);
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

void Inspector::setOwnValidation(bool own)
{
    for (RecipePanel* each : {m_impl->recipe, m_impl->nodeRecipe, m_impl->sourceRecipe})
        each->setOwnValidation(own);
}

NodeId Inspector::node() const
{
    return m_impl->node;
}

TryPage& Inspector::tryPage() const
{
    return *m_impl->tryPage;
}

void Inspector::forgetTyped()
{
    m_impl->panel->forgetTyped();
    m_impl->shownLayer = {};
    m_impl->shownClass.clear();
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
        panel->setSpecs(fieldsWithDtype(type), valuesWithDtype(layer.config), layer.kerasClass,
                        QString::number(layer.id.value));
    } else {
        panel->setValues(valuesWithDtype(layer.config));
    }
    nodeRecipe->setVisible((layer.kerasClass == flow::kBatch || layer.kerasClass == flow::kOutput)
                           && document->bodyOf(node) == &document->root());
    sourceRecipe->setVisible(layer.kerasClass == flow::kSource);
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
    sourceRecipe->hide();
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
    for (RecipePanel* each : {recipe, nodeRecipe, sourceRecipe})
        each->setRecipe(document->recipe);
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
