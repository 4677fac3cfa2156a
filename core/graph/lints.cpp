#include "core/graph/lints.h"

#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/ledger.h"
#include "core/graph/lint_tools.h"

#include <algorithm>

namespace lb {
namespace {

Fix addOutput(const LintGraph& graph)
{
    const Node probe{}; // at the origin: the loose end is searched from the far right
    const Node* last = nullptr;
    std::set<NodeId> taken;
    const Body& root = graph.context.document.root();
    for (const auto& node : root.nodes)
        for (const Input& input : node->inputs)
            if (const auto* from = std::get_if<PortRef>(&input.from))
                taken.insert(from->node);
    for (const auto& node : root.nodes)
        if (!taken.contains(node->id) && !graph.isClass(*node, flow::kSource))
            last = node.get();
    const Node* source = graph.context.document.source();
    const NodeId from = last ? last->id : probe.id;
    const Point at = last ? Point{last->at.x + 240, last->at.y} : Point{280, 400};
    const PortRef labels = source
        ? PortRef{source->id, labelPort(*graph.layerOf(*source), graph.context.facts)}
        : PortRef{};
    return {LB_TR("Fix", "Add an Output"),
            [from, at, labels](const Document& document) -> Result<Document> {
                LB_TRY(added,
                       edits::addLayer(document, document.root().id, flow::kOutput, ConfigObject{},
                                       Stage::Model, at));
                Document edited = std::move(added.document);
                if (edited.node(from)) {
                    LB_TRY(fed, edits::connect(edited, {from, 0}, added.node, ""));
                    edited = std::move(fed);
                }
                if (edited.node(labels.node))
                    return edits::connect(edited, labels, added.node,
                                          std::string(flow::kLabelPort));
                return edited;
            },
            {}};
}

Fix addSource()
{
    return {LB_TR("Fix", "Add the drawn shapes"),
            [](const Document& document) -> Result<Document> {
                LB_TRY(added,
                       edits::addLayer(document, document.root().id, flow::kSource,
                                       ConfigObject{{"kind", "drawn_shapes"},
                                                    {"path", ""},
                                                    {"count", 4'096},
                                                    {"seed", 1}},
                                       Stage::Pipeline, {40, 80}));
                return std::move(added.document);
            },
            {}};
}

void addEnds(const LintGraph& graph, std::vector<Problem>& problems)
{
    const Document& document = graph.context.document;
    const bool empty = document.root().nodes.empty();
    const Severity severity = empty ? Severity::Hint : Severity::Error;
    if (!document.source())
        problems.push_back({severity,
                            "no_source",
                            {},
                            "",
                            "",
                            LB_TR("Problem", "the project has no source of data"),
                            {addSource()}});
    if (!document.output())
        problems.push_back({severity,
                            "no_output",
                            {},
                            "",
                            "",
                            LB_TR("Problem", "the project has no Output: nothing can be trained"),
                            {addOutput(graph)}});
}

/// Never adapted, or adapted on something else than what comes now.
void addStateLints(const LintGraph& graph, const Node& node, NodeFacts& facts,
                   std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    if (!layer || !facts.needsAdapt || node.muted)
        return;
    if (!layer->adapted) {
        problems.push_back(
            {Severity::Warning,
             "not_adapted",
             node.id,
             "",
             "",
             LB_TR("Problem", "has not learned anything from the data yet: adapt it"),
             {}});
        return;
    }
    const auto stale = ledger::stalenessOf(graph.context.document, graph.context.registry, *layer,
                                           &node, graph.context.facts);
    facts.stale = stale != ledger::Staleness::Fresh;
    const auto warn = [&](const char* code, Text message) {
        const LayerId id = layer->id;
        problems.push_back(
            {Severity::Warning,
             code,
             node.id,
             "",
             "",
             message,
             {{LB_TR("Fix", "Forget what it learned"),
               [id](const Document& document) { return edits::setAdapted(document, id, nullptr); },
               {}}}});
    };
    if (stale == ledger::Staleness::OtherInput)
        warn("stale_state",
             LB_TR("Problem", "what comes in has changed since it learned: adapt it again"));
    if (stale == ledger::Staleness::OtherParameters)
        warn("stale_state",
             LB_TR("Problem", "was set otherwise when it learned: adapt it again"));
    switch (ledger::splitOf(*layer->adapted)) {
    case ledger::Split::Typed:
        warn("learned_elsewhere",
             LB_TR("Problem", "learned from typed values, not from the training rows: adapt it on "
                              "them"));
        break;
    case ledger::Split::Validation:
    case ledger::Split::All:
        facts.stale = true;
        warn("learned_elsewhere",
             LB_TR("Problem", "learned from rows that are kept for validation, too, which then "
                              "judges too well: adapt it on the training rows"));
        break;
    case ledger::Split::Training:
    case ledger::Split::Unknown:
        if (stale == ledger::Staleness::OtherData)
            warn("stale_state",
                 LB_TR("Problem", "learned from other data than the project's: adapt it again"));
        break;
    }
}

/// What is not on the way to the output stops nobody.
void soften(const LintGraph& graph, std::vector<Problem>& problems)
{
    const Document& document = graph.context.document;
    const Node* output = document.output();
    if (!output)
        return;
    const std::set<NodeId> used = graph.upstream(output->id);
    for (Problem& problem : problems)
        if (problem.severity == Severity::Error && problem.node.value
            && !used.contains(problem.node))
            problem.severity = Severity::Warning;
}

void sortProblems(const Document& document, std::vector<Problem>& problems)
{
    std::map<NodeId, std::size_t> place;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes)
            place.emplace(node->id, place.size() + 1);
    std::ranges::stable_sort(problems, {}, [&](const Problem& problem) {
        const auto found = place.find(problem.node);
        return std::pair(-static_cast<int>(problem.severity),
                         found == place.end() ? 0 : found->second);
    });
}

} // namespace

void addLints(const LintContext& context, Analysis& analysis)
{
    const LintGraph graph(context, analysis);
    std::vector<Problem> problems = std::move(analysis.problems);
    addFixesOfRefusals(graph, problems);
    addEnds(graph, problems);
    for (const auto& body : context.document.bodies)
        for (const auto& node : body->nodes) {
            addRangeLints(graph, *node, problems);
            addStageLints(graph, *node, problems);
            addAugmentLints(graph, *node, problems);
            addConfigLints(graph, *node, problems);
            if (const auto facts = analysis.nodes.find(node->id); facts != analysis.nodes.end())
                addStateLints(graph, *node, facts->second, problems);
        }
    addOutputLints(graph, problems);
    soften(graph, problems);
    sortProblems(context.document, problems);
    analysis.problems = std::move(problems);
}

} // namespace lb
