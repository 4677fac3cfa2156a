#pragma once

#include "core/graph/document.h"

#include <optional>
#include <set>
#include <span>

/// Groups: bodies that nodes call, always, with a probability or as one of several (GroupUse).
namespace lb::groups {

/// One of those that a group which is used as one of several chooses from.
struct Branch {
    PortRef result;
    /// The node whose value the group's input replaces, so that a layer of a row works alone.
    std::optional<NodeId> instead;
};

/// The wires that lead to the group's output; where that is only one, each layer of the row that
/// leads there, in its order. Errors: NotFound without an output or a layer; BadShape if a layer of
/// the row has several inputs.
Result<std::vector<Branch>> branches(const Document& document, const Body& body);

/// What the group gives; null if it has no Output.
const Node* outputOf(const Document& document, const Body& body);
/// How many Input nodes stand before `input`: the number of its value among the call's.
std::size_t inputIndex(const Document& document, const Body& body, NodeId input);

/// The calls that lead from the root to the body of `node`, outermost first: the first node that
/// calls each. Empty for a node of the root; nothing if its body is called by nobody.
std::optional<std::vector<const Node*>> callers(const Document& document, NodeId node);

/// The nodes of the body and of the groups in it.
std::vector<const Node*> within(const Document& document, BodyId body);

/// What leads to the node, itself first and the nearest before others, in groups and out of them: a
/// group's Input goes on at the wires of those who call the group, and a call at what the group gives.
std::vector<NodeId> upstream(const Document& document, NodeId node);
/// What the values of the nodes lead to, in groups and out of them: into a call's group, and out of a
/// group to those who take the values of its calls. A value that a call brought in leaves by that call.
std::set<NodeId> downstream(const Document& document, std::span<const NodeId> nodes);

/// The node that makes what comes first into `node`, through groups that are always used; null if a
/// wire is missing on the way. Of a group that several call, the first call counts.
const Node* maker(const Document& document, const Node& node);

/// Whether the node calls a group that training applies by chance and inference leaves out. A call
/// that is not valid counts as always.
bool isByChance(const Node& node);

} // namespace lb::groups
