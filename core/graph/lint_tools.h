#pragma once

#include "core/graph/lints.h"

#include <set>

namespace lb {

/// What the lints ask of a document again and again.
class LintGraph {
public:
    LintGraph(const LintContext& context, const Analysis& analysis);

    const LayerDef* layerOf(const Node& node) const;
    bool isClass(const Node& node, std::string_view kerasClass) const;
    const PortRef* wire(const Node& node, std::string_view port = {}) const; ///< null: none
    const PortRef* firstWire(const Node& node) const; ///< that is not the label's
    const Spec* inputSpec(const Node& node) const; ///< of the first input; null if unknown
    std::vector<Spec> inputSpecs(const Node& node) const; ///< empty if one is unknown
    Stage stageOf(const Node& node) const; ///< that it computes in; Source and Batch have theirs
    /// What leads there, itself included, in groups and out of them.
    std::set<NodeId> upstream(NodeId node) const;
    bool behindWeights(NodeId node) const; ///< something upstream is trained
    NodeId outermost(NodeId node) const; ///< the call in the root that it is in; itself if in none
    /// A free output that may well be meant for `node`: the nearest one to its left.
    const Node* nearestLoose(const Node& node) const;
    const Analysis& atInference() const; ///< of the same document; costs as much as `analysis`

    const LintContext& context;
    const Analysis& analysis;

private:
    // made when they are first asked for
    mutable std::optional<std::set<NodeId>> m_behindWeights;
    mutable std::optional<Analysis> m_atInference;
};

std::string numberText(double value); ///< "0.0039", "255"; locale-free
std::string rangeText(const ValueRange& range); ///< "0..255"
std::string countText(std::int64_t count); ///< "20,490"
double magnitude(const ValueRange& range); ///< the larger of both ends' absolute values

/// Each family of lints, one file each.
void addFixesOfRefusals(const LintGraph& graph, std::vector<Problem>& problems);
void addRangeLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems);
void addStageLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems);
void addConfigLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems);
void addAugmentLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems);
void addOutputLints(const LintGraph& graph, std::vector<Problem>& problems);

} // namespace lb
