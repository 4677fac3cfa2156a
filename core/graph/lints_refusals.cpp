#include "core/graph/analysis_memo.h"
#include "core/graph/edits.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/lint_tools.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

/// Layers that may stand before one that refuses its input.
constexpr std::array kAdapters{"GlobalAveragePooling2D", "Flatten", "Resizing", "Rescaling"};

std::string outcomeOf(const CallFacts& facts)
{
    std::string text = facts.outputs.empty() ? std::string() : dimsText(facts.outputs[0].shape);
    if (facts.parameters)
        text += ", " + countText(facts.parameters) + " weights";
    return text;
}

/// Those that make the layer accept what comes, tried out on the specs alone.
void insertAdapters(const LintGraph& graph, const Node& node, Problem& problem)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto inputs = graph.inputSpecs(node);
    if (!layer || inputs.size() != 1)
        return;
    const LintContext& context = graph.context;
    for (const char* kerasClass : kAdapters) {
        const auto type = context.registry.find(kerasClass);
        if (!type.ok())
            continue;
        const Config config = type.value()->newConfig();
        const CallFacts before
            = callFacts(context.registry, kerasClass, config, {}, inputs, context.phase);
        if (before.error)
            continue;
        const CallFacts after = callFacts(context.registry, layer->kerasClass, layer->config,
                                          layer->adapted, before.outputs, context.phase);
        if (after.error)
            continue;
        const Stage stage = graph.stageOf(node);
        problem.fixes.push_back(fixes::insertBefore({LB_TR("Fix", "Insert %1"), {kerasClass}},
                                                    node.id, node.inputs.front().port, kerasClass,
                                                    config, stage));
        problem.fixes.back().outcome = outcomeOf(after);
    }
}

/// The nearest value that the layer takes.
void setGoodValue(const LintGraph& graph, const Node& node, Problem& problem)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto type
        = layer ? graph.context.registry.find(layer->kerasClass) : graph.context.registry.find("");
    if (!type.ok())
        return;
    for (const ParamSpec& spec : type.value()->specs()) {
        if (spec.key != problem.param)
            continue;
        const Config* now = layer->config.find(spec.key);
        for (const Config& value : {spec.least, spec.initial, spec.kerasDefault}) {
            auto changed = withParam(layer->config, spec.key, value);
            if (value.isNull() || (now && *now == value) || !changed.ok()
                || !type.value()->check(changed.value()).ok())
                continue;
            const bool number = value.as<std::int64_t>() || value.as<double>();
            const double shown = !number ? 0
                : value.as<double>()     ? *value.as<double>()
                                         : static_cast<double>(*value.as<std::int64_t>());
            const Message title = number
                ? Message(LB_TR("Fix", "Set %1 to %2"), {spec.key, numberText(shown)})
                : Message(LB_TR("Fix", "Set %1 to its default"), {spec.key});
            problem.fixes.push_back(fixes::setParam(title, layer->id, spec.key, value));
            return;
        }
    }
}

void connectSomething(const LintGraph& graph, const Node& node, Problem& problem)
{
    if (const Node* loose = graph.nearestLoose(node)) {
        const std::string name = graph.context.document.nameOf(loose->id);
        problem.fixes.push_back(fixes::connect({LB_TR("Fix", "Connect %1"), {name}}, {loose->id, 0},
                                               node.id, problem.port));
        if (const Spec* spec = graph.analysis.spec({loose->id, 0}))
            problem.fixes.back().outcome = dimsText(spec->shape);
    }
}

} // namespace

void addFixesOfRefusals(const LintGraph& graph, std::vector<Problem>& problems)
{
    for (Problem& problem : problems) {
        const Node* node = graph.context.document.node(problem.node);
        if (!node)
            continue;
        const std::string name = graph.context.document.nameOf(node->id);
        if (problem.code == "refused" || problem.code == "too_large")
            insertAdapters(graph, *node, problem);
        else if (problem.code == "bad_parameter")
            setGoodValue(graph, *node, problem);
        else if (problem.code == "missing_input")
            connectSomething(graph, *node, problem);
        const bool end = graph.isClass(*node, flow::kOutput);
        if (problem.code == "cycle" && !node->inputs.empty()) {
            const auto cut
                = [to = node->id, port = node->inputs.front().port](const Document& document) {
                      return edits::disconnect(document, to, port);
                  };
            problem.fixes.push_back({{LB_TR("Fix", "Cut the wire into %1"), {name}}, cut, {}});
        } else if (!end && problem.code != "bad_parameter") {
            problem.fixes.push_back(fixes::remove({LB_TR("Fix", "Remove %1"), {name}}, node->id));
        }
    }
}

} // namespace lb
