#include "app/workbench/session.h"

#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/groups.h"
#include "core/graph/project_file.h"
#include "widgets/support/translated.h"

#include <QFile>
#include <QFileInfo>
#include <QUndoStack>

#include <algorithm>

namespace lb {
namespace {

std::filesystem::path pathOf(const QString& path)
{
    return std::filesystem::path(QFile::encodeName(path).toStdString());
}

} // namespace

/// One edit: the whole document before and after it (their parts are shared, so it is small).
/// It only stores; the session tells the views once the stack has moved.
class Session::Step : public QUndoCommand {
public:
    Step(Session& session, std::shared_ptr<const Document> after, const QString& text,
         QString mergeKey)
        : QUndoCommand(text)
        , m_session(session)
        , m_before(session.m_document)
        , m_after(std::move(after))
        , m_mergeKey(std::move(mergeKey))
        , m_epoch(session.m_mergeEpoch)
    {
    }

    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = static_cast<const Step*>(other);
        if (next->m_mergeKey != m_mergeKey || next->m_epoch != m_epoch)
            return false;
        m_after = next->m_after;
        setObsolete(*m_after == *m_before); // dragged back to where it began
        return true;
    }
    void redo() override { m_session.setDocument(m_after); }
    void undo() override
    {
        ++m_session.m_mergeEpoch; // what comes now must not change a step that lies before it
        m_session.setDocument(m_before);
    }

private:
    Session& m_session;
    std::shared_ptr<const Document> m_before, m_after;
    QString m_mergeKey;
    int m_epoch;
};

Session::Session(const LayerRegistry& registry, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
    , m_document(std::make_shared<const Document>(emptyDocument()))
    , m_memo(new AnalysisMemo, [](AnalysisMemo* memo) { delete memo; })
    , m_undo(new QUndoStack(this))
{
    connect(m_undo, &QUndoStack::indexChanged, this, &Session::onHistoryMoved);
    connect(m_undo, &QUndoStack::cleanChanged, this, [this] {
        if (!m_replacing)
            Q_EMIT fileChanged();
    });
    analyse();
}

Session::~Session()
{
    m_undo->disconnect(this); // the stack clears itself while it goes
}

NodeId Session::selected() const
{
    return m_selection.empty() ? NodeId{} : m_selection.front();
}

bool Session::apply(Result<Document> next, const QString& undoText, const QString& mergeKey)
{
    if (!next.ok()) {
        reportFailure(next.error());
        return false;
    }
    if (next.value() == *m_document)
        return true;
    m_undo->push(new Step(*this, std::make_shared<const Document>(std::move(next.value())),
                          undoText, mergeKey));
    return true;
}

void Session::endMerge()
{
    ++m_mergeEpoch;
}

bool Session::setParam(NodeId node, const QString& path, const Config& value, bool dragging)
{
    const LayerDef* layer = m_document->layerOf(node);
    if (!layer && m_document->node(node)) { // a group: how it is used stands in its call
        const QString key
            = dragging ? QString("call/%1/%2").arg(node.value).arg(path) : QString();
        return apply(edits::setCall(*m_document, node, path.toStdString(), value),
                     tr("Change %1 of %2")
                         .arg(path, QString::fromStdString(m_document->nameOf(node))),
                     key);
    }
    if (!layer) {
        reportFailure({ErrorCode::NotFound, std::to_string(node.value),
                       LB_TR("Error", "there is no such node any more; select another one")});
        return false;
    }
    const QString key
        = dragging ? QString("param/%1/%2").arg(layer->id.value).arg(path) : QString();
    return apply(edits::setParam(*m_document, layer->id, path.toStdString(), value),
                 tr("Change %1 of %2").arg(path, QString::fromStdString(layer->name)), key);
}

bool Session::applyFix(const Problem& problem, std::size_t fix)
{
    if (fix >= problem.fixes.size())
        return false;
    const Fix chosen = problem.fixes[fix]; // a copy: the edit replaces analysis(), its owner
    return apply(chosen.apply(*m_document), translated(chosen.title));
}

void Session::setPhase(Phase phase)
{
    if (phase == m_phase)
        return;
    m_phase = phase;
    analyse();
    Q_EMIT phaseChanged();
}

void Session::select(std::vector<NodeId> nodes)
{
    std::erase_if(nodes, [this](NodeId node) { return !m_document->node(node); });
    if (nodes == m_selection)
        return;
    m_selection = std::move(nodes);
    if (!m_selection.empty() && m_document->bodyOf(m_selection.front()) != &shownBody())
        if (const auto calls = groups::callers(*m_document, m_selection.front())) {
            m_inside.clear();
            for (const Node* call : *calls)
                m_inside.push_back(call->id);
            Q_EMIT insideChanged();
        }
    Q_EMIT selectionChanged();
}

const Body& Session::shownBody() const
{
    const Node* call = m_inside.empty() ? nullptr : m_document->node(m_inside.back());
    const auto* called = call ? std::get_if<BodyId>(&call->calls) : nullptr;
    const Body* body = called ? m_document->body(*called) : nullptr;
    return body ? *body : m_document->root();
}

void Session::enter(NodeId group)
{
    const Node* call = m_document->node(group);
    if (!call || !std::holds_alternative<BodyId>(call->calls))
        return;
    select({group}); // shows where it is
    m_inside.push_back(group);
    m_selection.clear();
    Q_EMIT insideChanged();
    Q_EMIT selectionChanged();
}

void Session::leave(std::size_t depth)
{
    if (depth >= m_inside.size())
        return;
    m_selection = {m_inside[depth]};
    m_inside.resize(depth);
    Q_EMIT insideChanged();
    Q_EMIT selectionChanged();
}

void Session::setSource(std::shared_ptr<const Source> source, Facts facts,
                        std::shared_ptr<const Source> heldOut)
{
    m_source = std::move(source);
    m_heldOut = std::move(heldOut);
    m_sourceError.clear();
    m_facts = std::move(facts);
    analyse();
    Q_EMIT sourceChanged();
}

void Session::setSourceError(const QString& reason)
{
    m_source.reset();
    m_heldOut.reset();
    m_sourceError = reason;
    m_facts = {};
    analyse();
    Q_EMIT sourceChanged();
}

QString Session::displayName() const
{
    if (!m_path.isEmpty())
        return QFileInfo(m_path).fileName();
    return m_name.isEmpty() ? tr("Untitled") : m_name;
}

bool Session::isModified() const
{
    return !m_undo->isClean();
}

void Session::startFrom(Document document, const QString& name)
{
    reset(std::move(document), {}, name);
}

void Session::recover(Document document, const QString& path, const QString& name)
{
    reset(std::move(document), path, name, true);
}

Result<> Session::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    Result<Document> loaded = loadProject(pathOf(absolute), {});
    if (!loaded.ok())
        return std::move(loaded.error());
    reset(std::move(loaded.value()), absolute, {});
    return std::monostate{};
}

Result<> Session::save(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    if (Result<> saved = saveProject(*m_document, pathOf(absolute)); !saved.ok())
        return saved;
    const bool moved = absolute != m_path;
    const bool wasClean = m_undo->isClean();
    m_path = absolute;
    m_undo->setClean(); // tells fileChanged() if that is news
    if (moved && wasClean)
        Q_EMIT fileChanged();
    return std::monostate{};
}

void Session::reportFailure(const Error& error)
{
    Q_EMIT failed(translated(error));
}

void Session::setDocument(std::shared_ptr<const Document> document)
{
    m_document = std::move(document);
}

void Session::onHistoryMoved()
{
    if (m_replacing)
        return;
    analyse();
    const bool left = pruneInside(); // first: it tells which body is shown
    const bool lost = pruneSelection();
    Q_EMIT documentChanged();
    if (left)
        Q_EMIT insideChanged();
    if (lost)
        Q_EMIT selectionChanged();
}

bool Session::pruneSelection()
{
    const Body* shown = &shownBody();
    return std::erase_if(m_selection,
                         [&](NodeId node) { return m_document->bodyOf(node) != shown; })
        > 0;
}

bool Session::pruneInside()
{
    const Body* body = &m_document->root();
    std::size_t kept = 0;
    while (kept < m_inside.size()) {
        const Node* call = m_document->node(m_inside[kept]);
        const auto* called = call ? std::get_if<BodyId>(&call->calls) : nullptr;
        if (!called || m_document->bodyOf(call->id) != body)
            break;
        body = m_document->body(*called);
        ++kept;
    }
    const bool left = kept < m_inside.size();
    m_inside.resize(kept);
    return left;
}

void Session::analyse()
{
    m_analysis = analysed(*m_document, m_facts, m_registry, m_phase, m_memo.get());
    const Node* source = m_sourceError.isEmpty() ? nullptr : m_document->source();
    const LayerDef* layer = source ? m_document->layerOf(source->id) : nullptr;
    if (!layer)
        return;
    Problem problem{Severity::Error,
                    "data_not_open",
                    source->id,
                    {},
                    {},
                    {LB_TR("Problem", "The data are not open. %1"), {m_sourceError.toStdString()}},
                    {}};
    const Config* kind = layer->config.find("kind");
    const auto* name = kind ? kind->as<std::string>() : nullptr;
    const std::string made(madeKindFor(name ? *name : ""));
    if (!name || (*name != made && made != "passengers")) // whose columns are others
        problem.fixes.push_back({made == "sentences" ? LB_TR("Fix", "Use made sentences")
                                                     : LB_TR("Fix", "Use drawn shapes"),
                                 [id = layer->id, made](const Document& document) {
                                     return edits::setParam(document, id, "kind", made);
                                 },
                                 {}});
    m_analysis.problems.insert(m_analysis.problems.begin(), std::move(problem));
}

void Session::reset(Document document, const QString& path, const QString& name, bool modified)
{
    m_replacing = true;
    ++m_mergeEpoch;
    m_undo->clear();
    if (modified)
        m_undo->resetClean();
    else
        m_undo->setClean();
    m_replacing = false;
    m_document = std::make_shared<const Document>(std::move(document));
    m_selection.clear();
    m_inside.clear();
    m_source.reset();
    m_heldOut.reset();
    m_sourceError.clear();
    m_facts = {};
    m_path = path;
    m_name = name;
    analyse();
    Q_EMIT projectReplaced();
    Q_EMIT documentChanged();
    Q_EMIT selectionChanged();
    Q_EMIT sourceChanged();
    Q_EMIT fileChanged();
}

} // namespace lb
