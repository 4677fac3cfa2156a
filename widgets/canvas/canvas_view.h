#pragma once

#include "core/graph/analysis.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"

#include <QGraphicsView>
#include <QImage>

#include <memory>
#include <optional>
#include <span>

namespace lb {

/// Drag data of the palette: a Keras class name, UTF-8.
inline constexpr const char* kLayerMime = "application/x-layerbench-layer";

/// Shows a document's root body as lanes, nodes and wires, and reports what the user wants; it
/// never changes a document. The owner answers with setDocument(), also inside a signal.
class CanvasView : public QGraphicsView {
    Q_OBJECT
public:
    explicit CanvasView(const LayerRegistry& registry, QWidget* parent = nullptr);
    ~CanvasView() override;

    void setDocument(std::shared_ptr<const Document> document, const Analysis& analysis,
                     const Facts& facts); ///< emits nothing
    void setPhase(Phase phase);
    /// What stands in a node: its output on the pinned sample. A null picture takes it away.
    void setThumbnail(NodeId node, const QImage& picture);
    void setCost(NodeId node, double milliseconds); ///< measured, a sample; negative: unknown
    void setSelection(std::span<const NodeId> nodes); ///< emits nothing
    std::vector<NodeId> selection() const; ///< in the order they were selected
    void setLaneNotes(const QString& pipeline, const QString& model); ///< throughputs, right

    void fitAll();
    void frameSelection();
    void centerOnNode(NodeId node);

    // For tests and the search box: where things are, in viewport coordinates.
    QPoint nodeCenter(NodeId node) const;
    QPoint outputPort(NodeId node, int port = 0) const;
    QPoint inputPort(NodeId node, const QString& port = {}) const;

signals:
    void selectionEdited(); ///< by the user; see selection()
    void addRequested(const QString& kerasClass, lb::Stage stage, lb::Point at);
    void insertIntoWireRequested(const QString& kerasClass, lb::Stage stage, lb::Point at,
                                 lb::NodeId to, const QString& port);
    void moveRequested(const std::vector<lb::NodeId>& nodes, lb::Point by, lb::Stage stage,
                       bool stageChanged);
    void connectRequested(lb::PortRef from, lb::NodeId to, const QString& port);
    void disconnectRequested(lb::NodeId to, const QString& port);
    void removeRequested(const std::vector<lb::NodeId>& nodes, bool reconnect);
    void duplicateRequested(const std::vector<lb::NodeId>& nodes);
    void muteRequested(const std::vector<lb::NodeId>& nodes);
    void collapseRequested(const std::vector<lb::NodeId>& nodes);
    void groupRequested(const std::vector<lb::NodeId>& nodes);
    void fixRequested(const lb::Problem& problem, int fix); ///< from a refusal card or a lint
    void paletteRequested(QPoint viewportPos); ///< Tab, Shift+A, double-click
    void phaseToggleRequested(); ///< T
    void imageDropped(const QString& path); ///< a picture was dropped: pin it
    void zoomChanged(double factor);
    void statusRequested(const QString& sentence); ///< "Connecting Conv2D, Esc cancels"; "" ends

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
