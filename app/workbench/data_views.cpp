#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/graph/column_wires.h"
#include "core/graph/edits.h"
#include "widgets/data/data_view.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace lb {
namespace {

std::int64_t number(const Config& config, std::string_view key, std::int64_t otherwise)
{
    const Config* found = config.find(key);
    const auto* value = found ? found->as<std::int64_t>() : nullptr;
    return value ? *value : otherwise;
}

QString word(const Config& config, std::string_view key, const char* otherwise)
{
    const Config* found = config.find(key);
    const auto* value = found ? found->as<std::string>() : nullptr;
    return value ? QString::fromStdString(*value) : QString(otherwise);
}

TableSettings tableSettingsOf(const Config& config)
{
    TableSettings table;
    const QString kind = word(config, "kind", "drawn_shapes");
    table.isText = kind == "text";
    table.isFile = kind == "text" || kind == "csv";
    table.label = word(config, "label", "").toStdString();
    table.separator = word(config, "separator", "auto").toStdString();
    table.quote = word(config, "quote", "auto").toStdString();
    table.header = word(config, "header", "auto").toStdString();
    if (const Config* columns = config.find("columns"))
        table.columns = *columns;
    return table;
}

/// The columns that a Source gives with a config: those it lists, else all of the table but the label.
std::vector<std::string> columnsWith(const Config& config, const TableFacts& table)
{
    const Config* list = config.find("columns");
    const auto wishes = wishedColumns(list ? *list : Config());
    std::vector<std::string> names;
    for (const WishedColumn& wish : wishes.ok() ? wishes.value() : std::vector<WishedColumn>{})
        names.push_back(wish.column.name);
    if (!names.empty())
        return names;
    const std::string said = word(config, "label", "").toStdString();
    for (const CsvColumn& column : table.columns)
        if (column.name != (said.empty() ? table.label : said))
            names.push_back(column.name);
    return names;
}

/// The Data workspace of one window, joined with its session.
class DataViews : public QObject {
    Q_OBJECT
public:
    DataViews(Session& session, QWidget* parent)
        : QObject(parent)
        , m_session(session)
        , m_view(new DataView(parent))
    {
        connect(&session, &Session::documentChanged, this, &DataViews::showSettings);
        connect(&session, &Session::sourceChanged, this, &DataViews::showSource);
        connect(m_view, &DataView::sourceRequested, this, &DataViews::changeSource);
        connect(m_view, &DataView::countRequested, this,
                [this](qint64 count) { setParam("count", Config(count)); });
        connect(m_view, &DataView::seedRequested, this,
                [this](qint64 seed) { setParam("seed", Config(seed)); });
        connect(m_view, &DataView::splitRequested, this, &DataViews::changeSplit);
        connect(m_view, &DataView::addSourceRequested, this, &DataViews::addSource);
        connect(m_view, &DataView::tableEdited, this, &DataViews::changeTable);
        showSettings();
        showSource();
    }

    DataView* view() const { return m_view; }

private:
    const LayerDef* sourceLayer() const
    {
        const Node* node = m_session.document().source();
        return node ? m_session.document().layerOf(node->id) : nullptr;
    }
    void setParam(const char* key, const Config& value)
    {
        if (const Node* node = m_session.document().source())
            m_session.setParam(node->id, key, value);
    }
    void showSettings();
    void showSource();
    void changeSource(const QString& kind, const QString& path);
    void changeTable(const QString& key, const Config& value);
    void changeSplit(double fraction, qint64 seed, bool dragging);
    void addSource();

    Session& m_session;
    DataView* m_view; // a Qt child of the window
};

void DataViews::showSettings()
{
    DataSettings settings;
    const LayerDef* layer = sourceLayer();
    settings.hasSource = layer != nullptr;
    if (layer) {
        settings.kind = word(layer->config, "kind", "drawn_shapes");
        settings.path = word(layer->config, "path", "");
        settings.count = number(layer->config, "count", 4'096);
        settings.seed = number(layer->config, "seed", 1);
        settings.table = tableSettingsOf(layer->config);
    }
    const Recipe& recipe = m_session.document().recipe;
    settings.validationFraction = recipe.validationFraction;
    settings.splitSeed = recipe.seed;
    m_view->setSettings(settings);
}

void DataViews::showSource()
{
    if (m_session.source())
        m_view->setSource(m_session.source(), m_session.heldOut());
    else if (!m_session.sourceError().isEmpty())
        m_view->setProblem(m_session.sourceError());
    else if (sourceLayer())
        m_view->setOpening(tr("Opening the data…"));
}

void DataViews::changeSource(const QString& kind, const QString& path)
{
    const LayerDef* layer = sourceLayer();
    if (!layer)
        return;
    // A path inside the project's folder is written so that both can move together.
    QString written = path;
    if (!m_session.path().isEmpty() && QDir::isAbsolutePath(path)) {
        const QString relative = QFileInfo(m_session.path()).dir().relativeFilePath(path);
        if (!relative.startsWith(".."))
            written = relative;
    }
    Result<Document> next
        = edits::setParam(m_session.document(), layer->id, "kind", Config(kind.toStdString()));
    const auto known = std::ranges::find(sourceKinds(), kind.toStdString(), &SourceKind::name);
    const bool made = known != sourceKinds().end() && known->made;
    if (next.ok() && !made)
        next = edits::setParam(next.value(), layer->id, "path", Config(written.toStdString()));
    m_session.apply(std::move(next), tr("Choose data"));
}

/// Other columns are other outputs: the wires follow theirs, in the same step.
void DataViews::changeTable(const QString& key, const Config& value)
{
    const Document& document = m_session.document();
    const LayerDef* layer = sourceLayer();
    if (!layer)
        return;
    Result<Document> next = edits::setParam(document, layer->id, key.toStdString(), value);
    const auto source = m_session.source();
    const auto table = source ? tableFactsOf(*source) : std::nullopt;
    const bool others = key == "columns" || key == "label";
    if (next.ok() && table && others && !tableSettingsOf(layer->config).isText)
        next = withColumnWires(next.value(), document.source()->id,
                               columnsWith(layer->config, *table),
                               columnsWith(next.value().layer(layer->id)->config, *table));
    m_session.apply(std::move(next), tr("Change how the table is read"));
}

void DataViews::changeSplit(double fraction, qint64 seed, bool dragging)
{
    Recipe recipe = m_session.document().recipe;
    recipe.validationFraction = fraction;
    recipe.seed = seed;
    m_session.apply(edits::setRecipe(m_session.document(), recipe), tr("Change the split"),
                    dragging ? QString("split") : QString());
    if (!dragging)
        m_session.endMerge();
}

void DataViews::addSource()
{
    const Document& document = m_session.document();
    auto added = edits::addLayer(document, document.root().id, "Source", ConfigObject{},
                                 Stage::Pipeline, {40, 80});
    if (!added.ok())
        return m_session.reportFailure(added.error());
    m_session.apply(added.value().document, tr("Add Source"));
}

} // namespace

void addDataViews(Views& views, Session& session, CanvasView&, QWidget* parent)
{
    auto* data = new DataViews(session, parent);
    views.data = data->view();
    views.addSettled([view = data->view()] { return !view->isVisible() || view->settled(); });
    QObject::connect(data->view(), &DataView::pinRequested, &session,
                     [&session, pin = views.pinSample](qint64 index, bool heldOut) {
                         if (pin)
                             pin(heldOut ? session.heldOut() : session.source(), index);
                     });
}

} // namespace lb

#include "data_views.moc"
