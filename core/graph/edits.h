#pragma once

#include "core/graph/document.h"

#include <span>

/// Edits: functions from document to document. None of them checks what analysis checks: a wrong
/// value is a problem on a node, not a refused edit. Errors: NotFound (an id is not there),
/// BadParameter (a path leads nowhere, a wire would close a cycle).
namespace lb::edits {

struct Added {
    Document document;
    NodeId node;
};

Result<Added> addLayer(const Document& document, BodyId body, std::string_view kerasClass,
                       Config config, Stage stage, Point at); ///< name made unique from the class
Result<Added> callAgain(const Document& document, NodeId node, Point at); ///< weight sharing
Result<Document> removeNodes(const Document& document, std::span<const NodeId> nodes);
Result<Document> removeAndReconnect(const Document& document, std::span<const NodeId> nodes);
Result<Document> duplicateNodes(const Document& document, std::span<const NodeId> nodes,
                                Point offset, std::vector<NodeId>* created = nullptr);
Result<Document> moveNodes(const Document& document, std::span<const NodeId> nodes, Point by);
/// Moves `node` off its left neighbour and what stands behind it in its row to the right, as far as
/// they are too near.
Result<Document> makeRoom(const Document& document, NodeId node);
/// With the stage of a call goes that of what is in its group.
Result<Document> setStage(const Document& document, NodeId node, Stage stage);
Result<Document> connect(const Document& document, PortRef from, NodeId to, std::string port);
Result<Document> disconnect(const Document& document, NodeId to, std::string_view port);
/// Puts `node` into the wire that ends at `to`/`port`.
Result<Document> insertIntoWire(const Document& document, NodeId node, NodeId to,
                                std::string_view port);
Result<Document> setParam(const Document& document, LayerId layer, std::string_view path,
                          Config value);
Result<Document> rename(const Document& document, LayerId layer, std::string name);
Result<Document> setAdapted(const Document& document, LayerId layer, StateHandle state);
Result<Document> setMuted(const Document& document, NodeId node, bool muted);
Result<Document> setCollapsed(const Document& document, NodeId node, bool collapsed);
Result<Document> addFrame(const Document& document, BodyId body, std::string title,
                          std::span<const NodeId> nodes);
Result<Document> removeFrame(const Document& document, FrameId frame);

// Groups (group_edits.cpp): nodes that become one node, which calls them as a body.
/// What comes in from outside must be one value, and what goes out; Source, Batch, Input and Output
/// stay outside. Errors: BadParameter saying which node does not fit.
Result<Added> makeGroup(const Document& document, std::span<const NodeId> nodes, std::string name);
/// The nodes of the group that `node` calls take its place. Errors: BadParameter where `node` calls
/// a layer, or others call the group too.
Result<Document> dissolveGroup(const Document& document, NodeId node,
                               std::vector<NodeId>* freed = nullptr);
Result<Document> renameGroup(const Document& document, NodeId node, std::string name);
/// A keyword argument of the call, such as how a group is used (core/layers/random_group.h).
Result<Document> setCall(const Document& document, NodeId node, std::string_view path, Config value);
Document setRecipe(const Document& document, Recipe recipe);

} // namespace lb::edits
