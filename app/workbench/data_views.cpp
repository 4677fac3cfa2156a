#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/data/table_fit.h"
#include "core/graph/column_wires.h"
#include "core/graph/edits.h"
#include "core/support/json.h"
#include "widgets/data/data_view.h"
#include "widgets/inspector/inspector.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <map>

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

/// What decides which columns a table has and which of them is the label.
std::string fileKey(const Config& config)
{
    ConfigList key;
    for (const char* name : {"kind", "path", "label", "label_type", "separator", "quote", "header"})
        key.push_back(Config(word(config, name, "").toStdString()));
    return writeJson(key, JsonStyle::Compact);
}

/// Whether what was detected anew is another way to read the file; a label that nobody said is
/// detected in any case.
bool readsOtherwise(const Config& anew, const Config& now)
{
    TableSettings found = tableSettingsOf(anew);
    const TableSettings said = tableSettingsOf(now);
    if (said.label.empty())
        found.label.clear();
    return found != said || word(anew, "label_type", "class") != word(now, "label_type", "class");
}

/// The columns that a Source gives with a config: those it lists, else all of the table but the label.
/// Nothing where only the data can tell.
std::optional<std::vector<std::string>> columnsWith(const Config& config,
                                                    const std::optional<TableFacts>& table)
{
    const QString kind = word(config, "kind", "drawn_shapes");
    if (kind == "text" || kind == "sentences")
        return std::vector<std::string>{"text"};
    if (kind == "sound_folder")
        return std::vector<std::string>{"sound"};
    if (kind != "csv" && kind != "passengers")
        return std::vector<std::string>{"image"};
    const Config* list = config.find("columns");
    const auto wishes = wishedColumns(list ? *list : Config());
    std::vector<std::string> names;
    for (const WishedColumn& wish : wishes.ok() ? wishes.value() : std::vector<WishedColumn>{})
        names.push_back(wish.column.name);
    if (!names.empty())
        return names;
    if (!table || table->columns.empty())
        return std::nullopt;
    const std::string said = word(config, "label", "").toStdString();
    const bool known = std::ranges::count(table->columns, said, &CsvColumn::name) > 0;
    for (const CsvColumn& column : table->columns)
        if (column.name != (known ? said : table->label))
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
            m_tables.clear();
            m_wishes = {};
            m_lostWires.clear();
            m_fitted = Config();
        });
        connect(m_view, &DataView::addSourceRequested, this, &DataViews::addSource);
        connect(m_view, &DataView::tableEdited, this, &DataViews::changeTable);
        showSettings();
        showSource();
    }

    DataView* view() const { return m_view; }
    void changeSource(const QString& kind, const QString& path);
    /// What the inspector was told of the Source, where that chooses other data.
    void takeParam(NodeId node, const QString& key, const Config& value);

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
    std::optional<TableFacts> tableOf(const Config& config) const;
    void applyFit(const LayerDef& layer, TableFit fit, const QString& undoText);
    Document withWires(const Document& next, const LayerDef& layer,
                       const std::optional<TableFacts>& before,
                       const std::optional<TableFacts>& after);
    std::optional<Message> waitingNote(const Document& document) const;
    void detectAnew();
    void changeTable(const QString& key, const Config& value);
    void changeSplit(double fraction, qint64 seed, bool dragging);
    void addSource();

    Session& m_session;
    DataView* m_view; // a Qt child of the window
    std::map<std::string, TableFacts> m_tables; ///< that were opened or looked at, by fileKey()
    TableWishes m_wishes; ///< of the files before, so that their order does not matter
    std::vector<ColumnWire> m_lostWires;
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
        if (auto table = tableFactsOf(*m_session.source()); table && layer)
            m_tables[fileKey(layer->config)] = std::move(*table);
        m_view->setSource(m_session.source(), m_session.heldOut());
    } else if (!m_session.sourceError().isEmpty()) {
        TableFit anew;
        if (layer && tableSettingsOf(layer->config).isFile)
            anew = detectedAnew(layer->config, base());
        m_view->setProblem(m_session.sourceError(),
                           anew.names.size() > 1 && readsOtherwise(anew.config, layer->config),
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
    const Config wished = m_wishes.wished(config.value());
    TableFit fit = fittedToTable(wished, base());
    m_wishes.remember(wished, fit.config);
    applyFit(*layer, std::move(fit), tr("Choose data"));
}

void DataViews::takeParam(NodeId node, const QString& key, const Config& value)
{
    const Node* source = m_session.document().source();
    const auto* chosen = value.as<std::string>();
    const LayerDef* layer = sourceLayer();
    if (!layer || source->id != node || !chosen || (key != "path" && key != "kind"))
        return;
    const QString text = QString::fromStdString(*chosen);
    changeSource(key == "kind" ? text : word(layer->config, "kind", "drawn_shapes"),
                 key == "path" ? text : word(layer->config, "path", ""));
}

std::filesystem::path DataViews::base() const
{
    const QString folder = m_session.path().isEmpty() ? QDir::currentPath()
                                                      : QFileInfo(m_session.path()).path();
    return QFile::encodeName(folder).toStdString();
}

std::optional<TableFacts> DataViews::tableOf(const Config& config) const
{
    const auto known = m_tables.find(fileKey(config));
    return known == m_tables.end() ? std::nullopt : std::optional(known->second);
}

/// The wires follow their columns; those that were lost come back where their column is there again.
Document DataViews::withWires(const Document& next, const LayerDef& layer,
                              const std::optional<TableFacts>& before,
                              const std::optional<TableFacts>& after)
{
    const auto had = columnsWith(layer.config, before);
    const auto has = columnsWith(next.layer(layer.id)->config, after);
    return had && has ? withColumnWires(next, next.source()->id, *had, *has, &m_lostWires) : next;
}

/// Which layers have no input because the data lack their columns.
std::optional<Message> DataViews::waitingNote(const Document& document) const
{
    QStringList waiting;
    for (const ColumnWire& wire : m_lostWires)
        if (const LayerDef* layer = document.layerOf(wire.node))
            waiting << QString("%1 (%2)").arg(QString::fromStdString(layer->name),
                                              QString::fromStdString(wire.column));
    if (waiting.isEmpty())
        return std::nullopt;
    return Message{LB_TR("Data", "these layers have no input until data have their columns: %1"),
                   {waiting.join(", ").toStdString()}};
}

/// The Source takes another config, and the wires follow their columns, in one step.
void DataViews::applyFit(const LayerDef& layer, TableFit fit, const QString& undoText)
{
    Result<Document> next = m_session.document();
    const auto* object = fit.config.as<ConfigObject>();
    for (const auto& [key, value] : object ? *object : ConfigObject{})
        if (const Config* now = layer.config.find(key); next.ok() && (!now || *now != value))
            next = edits::setParam(next.value(), layer.id, key, value);
    std::optional<TableFacts> table;
    if (!fit.names.empty()) {
        table.emplace().label = fit.label;
        for (const std::string& name : fit.names)
            table->columns.emplace_back().name = name;
    }
    if (next.ok()) {
        next = withWires(next.value(), layer, tableOf(layer.config), table);
        if (auto note = waitingNote(next.value()))
            fit.notes.push_back(std::move(*note));
        m_fitted = next.value().layer(layer.id)->config; // before the views hear of it
        m_fitNotes = std::move(fit.notes);
    }
    const std::string key = fileKey(fit.config);
    if (m_session.apply(std::move(next), undoText) && table)
        m_tables[key] = std::move(*table); // another choice may come before this one is open
}

/// First what can be kept is; where that is what stands there already, nothing is.
void DataViews::detectAnew()
{
    const LayerDef* layer = sourceLayer();
    if (!layer)
        return;
    TableFit fit = fittedToTable(layer->config, base());
    if (fit.notes.empty())
        fit = detectedAnew(layer->config, base());
    m_wishes = {}; // what was said before is not wanted any more
    applyFit(*layer, std::move(fit), tr("Detect label and columns"));
}

/// Other columns are other outputs: the wires follow theirs, in the same step.
void DataViews::changeTable(const QString& key, const Config& value)
{
    const LayerDef* layer = sourceLayer();
    if (!layer)
        return;
    Result<Document> next = edits::setParam(m_session.document(), layer->id, key.toStdString(), value);
    const auto table = tableOf(layer->config);
    const bool others = key == "columns" || key == "label";
    if (next.ok() && table && others && !tableSettingsOf(layer->config).isText) {
        auto after = table;
        if (const TableFit fit = fittedToTable(next.value().layer(layer->id)->config, base());
            key == "label" && !fit.label.empty())
            after->label = fit.label; // which may be detected
        next = withWires(next.value(), *layer, table, after);
        if (next.ok())
            m_tables[fileKey(next.value().layer(layer->id)->config)] = std::move(*after);
    }
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
    if (auto* inspector = qobject_cast<Inspector*>(views.inspector))
        QObject::connect(inspector, &Inspector::paramEdited, data, &DataViews::takeParam);
    views.addSettled([view = data->view()] { return !view->isVisible() || view->settled(); });
    QObject::connect(data->view(), &DataView::pinRequested, &session,
                     [&session, pin = views.pinSample](qint64 index, bool heldOut) {
                         if (pin)
                             pin(heldOut ? session.heldOut() : session.source(), index);
                     });
}

} // namespace lb

#include "data_views.moc"
