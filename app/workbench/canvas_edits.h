#pragma once

#include "core/graph/document.h"

#include <QString>

namespace lb {

class CanvasView;
class LayerRegistry;
class Session;

/// Joins the canvas with the session: what the user wants there becomes edits, and every change
/// of the session is shown.
void joinCanvas(CanvasView& canvas, Session& session);

/// Adds a layer and wires it behind the selected node, into the wire that leaves it if there is
/// exactly one; in a free place if nothing is selected. Selects it. One undo step.
void addBehindSelection(Session& session, const QString& kerasClass);

// Commands on the selection, one undo step each.
void removeSelection(Session& session, bool reconnect);
void duplicateSelection(Session& session);
void muteSelection(Session& session);
void collapseSelection(Session& session);
void frameSelection(Session& session);
void groupSelection(Session& session);
void dissolveSelection(Session& session); ///< the first selected node, where it is a group
/// Behind the batch (Model) or before it, with what stands between.
void moveSelectionAcrossBatch(Session& session, Stage to);
/// Whether one of the selected nodes may be asked to leave `from`.
bool selectionStands(const Session& session, Stage from);
void openSelectedSpace(Session& session); ///< the first selected node, where it is a FeatureSpace
void enterSelectedGroup(Session& session); ///< shows the inside of the first selected node
void leaveGroup(Session& session); ///< shows what is around the group
/// Puts all nodes in rows of their stage, in the order of the computation.
void arrangeAll(Session& session);

} // namespace lb
