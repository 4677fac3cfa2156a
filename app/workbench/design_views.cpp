#include "app/workbench/choice_pictures.h"
#include "app/workbench/pinned_samples.h"
#include "app/workbench/session.h"
#include "app/workbench/thumbnails.h"
#include "app/workbench/try_runner.h"
#include "app/workbench/views.h"
#include "core/data/source.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/try_page.h"
#include "widgets/preview/preview_view.h"

#include <QFileDialog>
#include <QInputDialog>

#include <algorithm>
#include <limits>
#include <set>

namespace lb {
namespace {

/// Inspector, preview and thumbnails of one window, joined with its session.
class DesignViews : public QObject {
    Q_OBJECT
public:
    DesignViews(Session& session, CanvasView& canvas, QWidget* parent)
        : QObject(parent)
        , m_session(session)
        , m_inspector(new Inspector(session.registry(), parent))
        , m_preview(new PreviewView(session.registry(), parent))
        , m_pins(new PinnedSamples(session, this))
        , m_thumbnails(new Thumbnails(session, canvas, this))
        , m_choices(new ChoicePictures(session, *m_inspector, this))
        , m_tries(new TryRunner(session, m_inspector->tryPage(), this))
    {
        connectInspector();
        connectPreview(canvas);
        for (const auto signal : {&Session::documentChanged, &Session::selectionChanged,
                                  &Session::phaseChanged, &Session::sourceChanged})
            connect(&session, signal, this, &DesignViews::show);
        connect(m_pins, &PinnedSamples::changed, this, &DesignViews::showPins);
        showPins();
        show();
    }

    Inspector* inspector() const { return m_inspector; }
    PreviewView* preview() const { return m_preview; }
    bool settled() const
    {
        return m_pins->idle() && m_thumbnails->idle() && m_choices->idle() && m_preview->settled()
            && m_inspector->tryPage().settled();
    }
    void pinRow(std::shared_ptr<const Source> source, std::int64_t row)
    {
        m_pins->pinRow(std::move(source), row);
    }
    void setWeights(const WeightsHandle& weights)
    {
        m_thumbnails->setWeights(weights);
        m_preview->setWeights(weights);
        m_tries->setWeights(weights);
    }

private:
    void connectInspector();
    void connectPreview(CanvasView& canvas);
    void show();
    void showPins();
    std::vector<MixPartner> partnersOf(std::size_t row) const;
    void askForRow();
    void showCosts();
    std::vector<CostEntry> costsUpTo(NodeId node) const;

    Session& m_session;
    Inspector* m_inspector; // Qt children
    PreviewView* m_preview;
    PinnedSamples* m_pins;
    Thumbnails* m_thumbnails;
    ChoicePictures* m_choices;
    TryRunner* m_tries;
};

void DesignViews::connectInspector()
{
    connect(m_inspector, &Inspector::paramEdited, this,
            [this](NodeId node, const QString& path, const Config& value, bool dragging) {
                const Node* source = m_session.document().source();
                const bool data = source && source->id == node && (path == "path" || path == "kind");
                if (!data) // other data are chosen as in the Data workspace: see addDataViews()
                    m_session.setParam(node, path, value, dragging);
            });
    connect(m_inspector, &Inspector::editEnded, &m_session, &Session::endMerge);
    connect(&m_session, &Session::projectReplaced, m_inspector, &Inspector::forgetTyped);
    connect(m_inspector, &Inspector::dataRequested, this,
            [this] { m_session.requestWorkspace("data"); });
    connect(m_inspector, &Inspector::recipeEdited, this,
            [this](const Recipe& recipe, const QString& key, bool dragging) {
                m_session.apply(edits::setRecipe(m_session.document(), recipe),
                                tr("Change the recipe"), dragging ? "recipe/" + key : QString());
            });
    connect(
        m_inspector, &Inspector::renameRequested, this, [this](NodeId node, const QString& name) {
            const std::string group = m_session.document().nameOf(node);
            if (!m_session.document().layerOf(node) && !group.empty())
                m_session.apply(
                    edits::renameGroup(m_session.document(), node, name.toStdString()),
                    tr("Rename %1").arg(QString::fromStdString(group)));
            if (const LayerDef* layer = m_session.document().layerOf(node))
                m_session.apply(edits::rename(m_session.document(), layer->id, name.toStdString()),
                                tr("Rename %1").arg(QString::fromStdString(layer->name)));
            show(); // also where it was refused
        });
    connect(m_inspector, &Inspector::muteRequested, this, [this](NodeId node, bool muted) {
        m_session.apply(edits::setMuted(m_session.document(), node, muted),
                        muted ? tr("Mute") : tr("Unmute"));
    });
    connect(m_inspector, &Inspector::fixRequested, this, [this](const Problem& problem, int fix) {
        m_session.applyFix(problem, static_cast<std::size_t>(fix));
    });
    connect(m_inspector, &Inspector::nodeClicked, this, [this](NodeId node) {
        if (node.value)
            m_session.select({node});
    });
    connect(m_thumbnails, &Thumbnails::costsChanged, this, &DesignViews::showCosts);
}

void DesignViews::connectPreview(CanvasView& canvas)
{
    connect(m_preview, &PreviewView::imageDropped, m_pins, &PinnedSamples::pinFile);
    connect(&canvas, &CanvasView::imageDropped, m_pins, &PinnedSamples::pinFile);
    connect(m_preview, &PreviewView::unpinRequested, m_pins, &PinnedSamples::unpin);
    connect(m_preview, &PreviewView::pinRequested, this, [this] {
        if (m_pins->hasRows())
            return askForRow();
        const QStringList files = QFileDialog::getOpenFileNames(
            m_preview, tr("Pin images"), {},
            tr("Images (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.ppm *.pgm)"));
        for (const QString& file : files)
            m_pins->pinFile(file);
    });
    connect(m_preview, &PreviewView::drawsChanged, this,
            [this] { m_thumbnails->setDraws(m_preview->seed(), m_preview->epoch()); });
    connect(m_preview, &PreviewView::currentRowChanged, this, [this] { showPins(); });
    connect(m_preview, &PreviewView::probed, m_inspector, &Inspector::setProbe);
}

void DesignViews::show()
{
    const auto document = m_session.sharedDocument();
    m_inspector->setOwnValidation(m_session.heldOut() != nullptr);
    m_inspector->show(document, m_session.analysis(), m_session.facts(), m_session.selected());
    m_preview->setProject(document, m_session.facts(), m_session.phase(), m_session.selected());
    m_choices->refresh();
    showCosts();
}

void DesignViews::showPins()
{
    const std::vector<Pin>& pins = m_pins->pins();
    if (pins != m_preview->pins())
        m_preview->setPins(pins);
    m_preview->setSpares(m_pins->overview());
    m_thumbnails->setOverview(m_pins->overview());
    auto row = static_cast<std::size_t>(std::max(m_preview->currentRow(), 0));
    const auto isFine = [](const Pin& pin) { return pin.failure.isEmpty(); };
    if (row < pins.size() && !isFine(pins[row])) // nodes show one that can be read
        row = static_cast<std::size_t>(std::ranges::find_if(pins, isFine) - pins.begin());
    const auto sample = row < pins.size() ? std::optional(pins[row].sample) : std::nullopt;
    m_thumbnails->setSample(sample);
    m_thumbnails->setPartners(partnersOf(row), static_cast<std::int64_t>(row));
    m_choices->setSample(sample);
    m_inspector->tryPage().setSample(sample && sample->isRow() ? std::nullopt : sample);
}

/// A few pinned samples beside that of `row`; where there are none, of the data.
std::vector<MixPartner> DesignViews::partnersOf(std::size_t row) const
{
    constexpr std::size_t kMost = 3;
    const std::vector<Pin>& pins = m_pins->pins();
    std::vector<MixPartner> partners;
    const auto add = [&](const PreviewSample& sample, std::size_t number) {
        if (row < pins.size() && sample.key != pins[row].sample.key && partners.size() < kMost)
            partners.push_back({std::make_shared<const PreviewSample>(sample),
                                static_cast<std::int64_t>(number)});
    };
    for (std::size_t i = 0; i < pins.size(); ++i)
        if (pins[i].failure.isEmpty())
            add(pins[i].sample, i);
    if (partners.empty())
        for (std::size_t i = 0; i < m_pins->overview().size(); ++i)
            add(m_pins->overview()[i], i + 1);
    return partners;
}

void DesignViews::askForRow()
{
    const auto source = m_session.source();
    if (!source || source->size() == 0)
        return;
    const auto most = std::min<std::int64_t>(source->size() - 1, std::numeric_limits<int>::max());
    bool chosen = false;
    const int row
        = QInputDialog::getInt(m_preview, tr("Pin a row"), tr("Row, from 0 to %1:").arg(most), 0, 0,
                               static_cast<int>(most), 1, &chosen);
    if (chosen)
        m_pins->pinRow(source, row);
}

void DesignViews::showCosts()
{
    if (m_session.selected().value)
        m_inspector->setCosts(costsUpTo(m_session.selected()), tr("Up to here"));
}

/// The calls on the way to `node`, in the order of the document.
std::vector<CostEntry> DesignViews::costsUpTo(NodeId node) const
{
    const Document& document = m_session.document();
    std::set<NodeId> before;
    std::vector<NodeId> open{node};
    while (!open.empty()) {
        const Node* at = document.node(open.back());
        open.pop_back();
        if (!at || !before.insert(at->id).second)
            continue;
        for (const PortRef& wire : flow::dataWires(*at))
            open.push_back(wire.node);
    }
    std::vector<CostEntry> entries;
    for (const auto& each : document.root().nodes)
        if (const auto ms = m_thumbnails->cost(each->id); ms && before.contains(each->id))
            entries.push_back({each->id, QString::fromStdString(document.nameOf(each->id)), *ms});
    return entries;
}

} // namespace

void addDesignViews(Views& views, Session& session, CanvasView& canvas, QWidget* parent)
{
    auto* design = new DesignViews(session, canvas, parent);
    views.inspector = design->inspector();
    views.preview = design->preview();
    views.showWeights = [design](const WeightsHandle& weights) { design->setWeights(weights); };
    views.pinSample = [design](std::shared_ptr<const Source> source, std::int64_t row) {
        design->pinRow(std::move(source), row);
    };
    views.addSettled([design] { return design->settled(); });
}

} // namespace lb

#include "design_views.moc"
