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

/// Shows a document's root body, or a group's, as lanes, nodes and wires, and reports what the user wants; it
/// never changes a document. The owner answers with setDocument(), also inside a signal.
class CanvasView : public QGraphicsView {
    Q_OBJECT
public:
    explicit CanvasView(const LayerRegistry& registry, QWidget* parent = nullptr);
    ~CanvasView() override;

    void setDocument(std::shared_ptr<const Document> document, const Analysis& analysis,
                     const Facts& facts); ///< emits nothing
    /// The calls that lead to the group whose inside the next document is shown at, outermost first.
    void setInside(std::vector<NodeId> calls);
    void setPhase(Phase phase);
    /// What stands in a node: its output on the pinned sample. A null picture takes it away.
    void setThumbnail(NodeId node, const QImage& picture);
    QImage thumbnail(NodeId node) const; ///< null: none
    void setCost(NodeId node, double milliseconds); ///< measured, a sample; negative: unknown
    void setSelection(std::span<const NodeId> nodes); ///< emits nothing
    std::vector<NodeId> selection() const; ///< in the order they were selected
    void setLaneNotes(const QString& pipeline, const QString& model); ///< throughputs, right
    void setQueueNote(const QString& note); ///< on the wire between the lanes: "prefetch 4/4 full"

    void setMinimapShown(bool shown);
    void fitAll();
    /// As a project opens: all of it where that can be read, else where its flow begins.
    void showOpening();
    void frameSelection();
    /// The data bring samples of their own for validation; shown with the next document.
    void setOwnValidation(bool own);
    void centerOnNode(NodeId node);
    void showNode(NodeId node); ///< moves the view only as far as the whole node needs

    // For tests and the search box: where things are, in viewport coordinates.
    QPoint nodeCenter(NodeId node) const;
    QPoint outputPort(NodeId node, int port = 0) const;
    QPoint inputPort(NodeId node, const QString& port = {}) const;
    double zoom() const; ///< 1 is 100 %
    /// What is wrong with the wire in the user's hand, or "" while it fits.
    QString refusal() const;

signals:
    void selectionEdited(); ///< by the user; see selection()
    void addRequested(const QString& kerasClass, lb::Stage stage, lb::Point at);
    void insertIntoWireRequested(const QString& kerasClass, lb::Stage stage, lb::Point at,
                                 lb::NodeId to, const QString& port);
    void moveRequested(const std::vector<lb::NodeId>& nodes, lb::Point by, lb::Stage stage,
                       bool stageChanged);
    void connectRequested(lb::PortRef from, lb::NodeId to, const QString& port);
    void disconnectRequested(lb::NodeId to, const QString& port);
    /// The wire that ended at `oldTo` is to go from `from` to `to` instead: one step.
    void rewireRequested(lb::NodeId oldTo, const QString& oldPort, lb::PortRef from, lb::NodeId to,
                         const QString& port);
    void removeRequested(const std::vector<lb::NodeId>& nodes, bool reconnect);
    void duplicateRequested(const std::vector<lb::NodeId>& nodes);
    void muteRequested(const std::vector<lb::NodeId>& nodes);
    void collapseRequested(const std::vector<lb::NodeId>& nodes);
    void frameRequested(const std::vector<lb::NodeId>& nodes); ///< a border around them
    void groupRequested(const std::vector<lb::NodeId>& nodes); ///< one node instead of them
    void acrossBatchRequested(const std::vector<lb::NodeId>& nodes, lb::Stage to);
    void dissolveRequested(lb::NodeId group);
    void bodyShown(); ///< other nodes than before: they have no pictures yet
    void enterRequested(lb::NodeId group); ///< double-click, Enter: its inside is to be shown
    void leaveRequested(std::size_t depth); ///< Esc, the way in the header: that many calls stay
    void openSpaceRequested(lb::NodeId space); ///< a FeatureSpace's layers instead of it
    void fixRequested(const lb::Problem& problem, int fix); ///< from a refusal card or a lint
    void paletteRequested(QPoint viewportPos); ///< Tab, Shift+A, double-click
    void phaseToggleRequested(); ///< T
    void imageDropped(const QString& path); ///< a picture was dropped: pin it
    void zoomChanged(double factor);
    void statusRequested(const QString& sentence); ///< "Connecting Conv2D, Esc cancels"; "" ends
    void renameRequested(lb::NodeId node); ///< F2
    void openSampleRequested(); ///< the button of an empty canvas

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
