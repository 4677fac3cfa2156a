#pragma once

#include "core/graph/analysis.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

class QUndoStack;

namespace lb {

class Source;

/// One open project: the document value, its undo history, what is known of its data and what
/// follows from both. The views are joined to it in app/workbench/views.h; none of them knows it.
///
/// GUI thread. Every signal is emitted after the whole state is consistent.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(const LayerRegistry& registry, QObject* parent = nullptr);
    ~Session() override;

    const LayerRegistry& registry() const { return m_registry; } ///< outlives the session
    const Document& document() const { return *m_document; }
    std::shared_ptr<const Document> sharedDocument() const { return m_document; } ///< for workers
    const Analysis& analysis() const { return m_analysis; } ///< of document() in phase()
    const Facts& facts() const { return m_facts; }
    /// The project's data; null while it is being opened or when it cannot be.
    std::shared_ptr<const Source> source() const { return m_source; }
    /// Other data of the same kind, to validate on; null where the recipe's fraction is split off.
    std::shared_ptr<const Source> heldOut() const { return m_heldOut; }
    QString sourceError() const { return m_sourceError; } ///< why there is no source, else ""
    Phase phase() const { return m_phase; }
    const std::vector<NodeId>& selection() const { return m_selection; }
    NodeId selected() const; ///< the first selected node; 0 if there is none
    /// The calls that lead to the group which is shown, outermost first; empty: the root is.
    const std::vector<NodeId>& inside() const { return m_inside; }
    const Body& shownBody() const; ///< where new nodes go
    QUndoStack* undoStack() const { return m_undo; }

    /// One undo step from document() to `next`. Steps with the same `mergeKey` that follow each
    /// other become one (a slider drag). A failed `next` is reported by failed() and changes
    /// nothing; an equal one makes no step.
    bool apply(Result<Document> next, const QString& undoText, const QString& mergeKey = {});
    void endMerge(); ///< the next step stands alone, whatever its key: on mouse release
    bool setParam(NodeId node, const QString& path, const Config& value, bool dragging = false);
    bool applyFix(const Problem& problem, std::size_t fix);

    /// Asks the window to show a workspace: "design", "data", "train", "export".
    void requestWorkspace(const QString& name) { Q_EMIT workspaceRequested(name); }
    /// Asks the window to adapt these layers; all that need it if there are none.
    void requestAdapt(std::vector<LayerId> only = {}) { Q_EMIT adaptRequested(std::move(only)); }

    void setPhase(Phase phase);
    void select(std::vector<NodeId> nodes); ///< shows the group that they are in
    void enter(NodeId group); ///< shows its inside; nothing is selected there
    void leave(std::size_t depth); ///< back to that many calls; selects the group that was left
    void setSource(std::shared_ptr<const Source> source, Facts facts,
                   std::shared_ptr<const Source> heldOut = {});
    void setSourceError(const QString& reason); ///< takes the source away

    // Files. Errors are returned for the window to show; success updates path() and isModified().
    QString path() const { return m_path; } ///< "" for a project that was never saved
    QString displayName() const; ///< "cifar10.lbench", "Untitled"
    bool isModified() const;
    void startFrom(Document document, const QString& name); ///< a template: no path, unmodified
    void recover(Document document, const QString& path, const QString& name); ///< modified
    Result<> open(const QString& path);
    Result<> save(const QString& path);
    void reportFailure(const Error& error); ///< emits failed()

signals:
    void documentChanged(); ///< analysis() is already the new one
    void projectReplaced(); ///< another project was opened; before documentChanged()
    void selectionChanged();
    void insideChanged(); ///< another group is shown, or the root
    void phaseChanged(); ///< after analysis() changed
    void sourceChanged(); ///< source(), heldOut() or sourceError(); analysis() changed with it
    void fileChanged(); ///< path(), displayName() or isModified()
    void workspaceRequested(const QString& name);
    void adaptRequested(const std::vector<lb::LayerId>& only);
    void failed(const QString& message); ///< one sentence: where, why, what to do

private:
    class Step;
    void setDocument(std::shared_ptr<const Document> document);
    void analyse();
    void reset(Document document, const QString& path, const QString& name, bool modified = false);
    void onHistoryMoved();
    bool pruneSelection(); ///< true if it lost nodes that are not in the shown body any more
    bool pruneInside(); ///< true if a group on the way is not there any more

    const LayerRegistry& m_registry;
    std::shared_ptr<const Document> m_document;
    Facts m_facts;
    Analysis m_analysis;
    std::unique_ptr<AnalysisMemo, void (*)(AnalysisMemo*)> m_memo;
    std::shared_ptr<const Source> m_source, m_heldOut;
    QString m_sourceError;
    Phase m_phase = Phase::Training;
    std::vector<NodeId> m_selection, m_inside;
    QUndoStack* m_undo;
    int m_mergeEpoch = 0;
    bool m_replacing = false;
    QString m_path, m_name;
};

} // namespace lb
