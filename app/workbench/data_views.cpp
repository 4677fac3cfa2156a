#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/data/table_fit.h"
#include "core/graph/column_wires.h"
#include "core/graph/edits.h"
#include "widgets/data/data_view.h"

#include <QDir>
#include <QFile>
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
    if (word(config, "kind", "") == "text")
        return {"text"};
    const Config* list = config.find("columns");
    const auto wishes = wishedColumns(list ? *list : Config());
    std::vector<std::string> names;
    for (const WishedColumn& wish : wishes.ok() ? wishes.value() : std::vector<WishedColumn>{})
        names.push_back(wish.column.name);
    if (!names.empty())
        return names;
    const std::string said = word(config, "label", "").toStdString();
    const bool known = std::ranges::count(table.columns, said, &CsvColumn::name) > 0;
    for (const CsvColumn& column : table.columns)
        if (column.name != (known ? said : table.label))
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
        connect(m_view, &DataView::foldersRequested, this, [this](const QString& folders) {
            setParam("folders", Config(folders.toStdString()));
        });
        connect(m_view, &DataView::detectionRequested, this, &DataViews::detectAnew);
        connect(&session, &Session::projectReplaced, this, [this] {
            m_lastTable.reset();
            m_fitted = Config();
        });
        connect(m_view, &DataView::addSourceRequested, this, &DataViews::addSource);
        connect(m_view, &DataView::tableEdited, this, &DataViews::changeTable);
        showSettings();
        showSource();
    }

    DataView* view() const { return m_view; }
    void changeSource(const QString& kind, const QString& path);

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
    std::filesystem::path base() const;
    void applyFit(const LayerDef& layer, const TableFit& fit, const QString& undoText);
    void detectAnew();
    void changeTable(const QString& key, const Config& value);
    void changeSplit(double fraction, qint64 seed, bool dragging);
    void addSource();

    Session& m_session;
    DataView* m_view; // a Qt child of the window
    std::optional<TableFacts> m_lastTable; ///< that the project's wires were drawn for
    Config m_fitted; ///< the Source's config that the notes below belong to
    std::vector<Message> m_fitNotes;
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
        settings.folders = word(layer->config, "folders", "auto");
    }
    const Recipe& recipe = m_session.document().recipe;
    settings.validationFraction = recipe.validationFraction;
    settings.splitSeed = recipe.seed;
    m_view->setSettings(settings);
    m_view->setChoiceNotes(layer && layer->config == m_fitted ? m_fitNotes
                                                              : std::vector<Message>{});
}

void DataViews::showSource()
{
    const LayerDef* layer = sourceLayer();
    if (m_session.source()) {
        m_lastTable = tableFactsOf(*m_session.source());
        m_view->setSource(m_session.source(), m_session.heldOut());
    } else if (!m_session.sourceError().isEmpty()) {
        TableFit anew;
        if (layer && tableSettingsOf(layer->config).isFile)
            anew = detectedAnew(layer->config, base());
        m_view->setProblem(m_session.sourceError(),
                           anew.names.size() > 1
                               && tableSettingsOf(anew.config) != tableSettingsOf(layer->config),
                           anew.names);
    } else if (sourceLayer())
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
    Result<Config> config = withParam(layer->config, "kind", Config(kind.toStdString()));
    const auto known = std::ranges::find(sourceKinds(), kind.toStdString(), &SourceKind::name);
    const bool made = known != sourceKinds().end() && known->made;
    if (config.ok() && !made)
        config = withParam(config.value(), "path", Config(written.toStdString()));
    if (!config.ok())
        return m_session.reportFailure(config.error());
    applyFit(*layer, fittedToTable(config.value(), base()), tr("Choose data"));
}

std::filesystem::path DataViews::base() const
{
    const QString folder = m_session.path().isEmpty() ? QDir::currentPath()
                                                      : QFileInfo(m_session.path()).path();
    return QFile::encodeName(folder).toStdString();
}

/// The Source takes another config, and the wires follow their columns, in one step.
void DataViews::applyFit(const LayerDef& layer, const TableFit& fit, const QString& undoText)
{
    Result<Document> next = m_session.document();
    const auto* object = fit.config.as<ConfigObject>();
    for (const auto& [key, value] : object ? *object : ConfigObject{})
        if (const Config* now = layer.config.find(key); next.ok() && (!now || *now != value))
            next = edits::setParam(next.value(), layer.id, key, value);
    TableFacts table;
    table.label = fit.label;
    for (const std::string& name : fit.names)
        table.columns.emplace_back().name = name;
    if (next.ok() && m_lastTable && !fit.names.empty()) {
        next = withColumnWires(next.value(), m_session.document().source()->id,
                               columnsWith(layer.config, *m_lastTable),
                               columnsWith(next.value().layer(layer.id)->config, table));
    }
    if (next.ok()) { // before the views hear of it
        m_fitted = next.value().layer(layer.id)->config;
        m_fitNotes = fit.notes;
    }
    if (m_session.apply(std::move(next), undoText) && !fit.names.empty())
        m_lastTable = std::move(table); // another choice may come before this one is open
}

/// First what can be kept is; where that is what stands there already, nothing is.
void DataViews::detectAnew()
{
    const LayerDef* layer = sourceLayer();
    if (!layer)
        return;
    const TableFit kept = fittedToTable(layer->config, base());
    applyFit(*layer, kept.notes.empty() ? detectedAnew(layer->config, base()) : kept,
             tr("Detect label and columns"));
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
    views.chooseData = [data](const QString& kind, const QString& path) {
        data->changeSource(kind, path);
    };
    views.addSettled([view = data->view()] { return !view->isVisible() || view->settled(); });
    QObject::connect(data->view(), &DataView::pinRequested, &session,
                     [&session, pin = views.pinSample](qint64 index, bool heldOut) {
                         if (pin)
                             pin(heldOut ? session.heldOut() : session.source(), index);
                     });
}

} // namespace lb

#include "data_views.moc"
