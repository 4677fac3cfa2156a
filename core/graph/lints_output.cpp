#include "core/graph/analysis_memo.h"
#include "core/graph/edits.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/lint_tools.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// The layer that gives the prediction its last size, through layers that keep shapes.
const LayerDef* layerWithUnits(const LintGraph& graph, const Node& output)
{
    const Document& document = graph.context.document;
    const Node* node = groups::maker(document, output);
    for (std::size_t steps = 0; node && steps < graph.analysis.nodes.size(); ++steps) {
        const LayerDef* layer = graph.layerOf(*node);
        if (!layer || layer->config.find("filters"))
            return nullptr;
        if (layer->config.find("units"))
            return layer;
        node = groups::maker(document, *node);
    }
    return nullptr;
}

/// One result a class, or one for yes and no.
void labelCount(const LintGraph& graph, const Node& output, const Spec& prediction,
                std::vector<Problem>& problems)
{
    const Recipe& recipe = graph.context.document.recipe;
    const auto classes = static_cast<std::int64_t>(graph.context.facts.classNames.size());
    const bool binary = contains(recipe.loss, "binary_crossentropy");
    const bool categorical = !binary && contains(recipe.loss, "categorical_crossentropy");
    const std::int64_t units = prediction.shape.back();
    const std::int64_t wanted = binary && classes == 2 ? 1 : classes;
    if (classes == 0 || units == kUnknown || units == wanted || (!binary && !categorical)
        || (binary && units == classes))
        return;
    const bool fewer = units < wanted || binary;
    Problem problem{fewer ? Severity::Error : Severity::Warning,
                    "label_count",
                    output.id,
                    "",
                    "",
                    {LB_TR("Problem", "the data have %1 classes, the prediction has %2 values"),
                     {classes, units}},
                    {}};
    if (const LayerDef* layer = layerWithUnits(graph, output)) {
        problem.fixes.push_back(
            fixes::setParam({LB_TR("Fix", "Set units of %1 to %2"), {layer->name, wanted}},
                            layer->id, "units", wanted));
        Shape shape = prediction.shape;
        shape.back() = wanted;
        problem.fixes.back().outcome = dimsText(shape);
    }
    problems.push_back(std::move(problem));
}

/// Cross-entropy of what is neither probabilities nor called logits.
void probabilities(const LintGraph& graph, const Node& output, const Spec& prediction,
                   std::vector<Problem>& problems)
{
    const Recipe& recipe = graph.context.document.recipe;
    if (!contains(recipe.loss, "crossentropy"))
        return;
    const ValueRange& range = prediction.range;
    const bool probability = range.known() && range.least >= 0 && range.most <= 1.0001;
    if (probability != recipe.fromLogits)
        return;
    Recipe other = recipe;
    other.fromLogits = !recipe.fromLogits;
    Problem problem{
        Severity::Warning,
        "not_probabilities",
        output.id,
        "",
        "",
        probability ? LB_TR("Problem", "the loss expects logits, but probabilities come")
                    : LB_TR("Problem", "the loss expects probabilities, but nothing makes them"),
        {}};
    const LayerDef* layer = layerWithUnits(graph, output);
    if (!probability && layer && layer->config.find("activation")) {
        const bool binary = contains(recipe.loss, "binary");
        const char* activation = binary ? "sigmoid" : "softmax";
        problem.fixes.push_back(
            fixes::setParam({LB_TR("Fix", "Set activation of %1 to %2"), {layer->name, activation}},
                            layer->id, "activation", activation));
    }
    problem.fixes.push_back(
        {probability ? LB_TR("Fix", "Expect probabilities") : LB_TR("Fix", "Expect logits"),
         [from = other.fromLogits](const Document& document) {
             Recipe changed = document.recipe;
             changed.fromLogits = from;
             return Result<Document>(edits::setRecipe(document, changed));
         },
         {}});
    problems.push_back(std::move(problem));
}

/// The first layer on the way back that makes a prediction of images: there they must be joined.
const Node* firstWithManyAxes(const LintGraph& graph, const Node& output)
{
    const Document& document = graph.context.document;
    const Node* found = &output;
    const Node* node = groups::maker(document, output);
    for (std::size_t steps = 0; node && steps < graph.analysis.nodes.size(); ++steps) {
        const LayerDef* layer = graph.layerOf(*node);
        if (!layer || !layer->config.find("units"))
            break;
        found = node;
        node = groups::maker(document, *node);
    }
    return found;
}

void predictionAxes(const LintGraph& graph, const Node& output, const Spec& prediction,
                    std::vector<Problem>& problems)
{
    Problem problem{Severity::Error,
                    "refused",
                    output.id,
                    "",
                    "",
                    {LB_TR("Problem", "needs a prediction of shape [batch, values], is: %1"),
                     {text(prediction.shape)}},
                    {}};
    const Node* target = firstWithManyAxes(graph, output);
    const Spec* comes = graph.inputSpec(*target);
    for (const char* kerasClass : {"GlobalAveragePooling2D", "Flatten"}) {
        const auto type = graph.context.registry.find(kerasClass);
        if (!type.ok() || !comes || target->inputs.empty())
            continue;
        const CallFacts joined
            = callFacts(graph.context.registry, kerasClass, type.value()->newConfig(), {}, {*comes},
                        graph.context.phase);
        if (joined.error)
            continue;
        const LayerDef* layer = graph.layerOf(*target);
        const CallFacts after = callFacts(graph.context.registry, layer->kerasClass, layer->config,
                                          {}, joined.outputs, graph.context.phase);
        if (after.error || after.outputs.empty())
            continue;
        problem.fixes.push_back(fixes::insertBefore(
            {LB_TR("Fix", "Insert %1"), {kerasClass}}, target->id, target->inputs.front().port,
            kerasClass, type.value()->newConfig(), Stage::Model));
        problem.fixes.back().outcome = dimsText(after.outputs[0].shape)
            + (after.parameters ? ", " + countText(after.parameters) + " weights" : "");
    }
    problems.push_back(std::move(problem));
}

void missingLabel(const LintGraph& graph, const Node& output, std::vector<Problem>& problems)
{
    if (graph.wire(output, flow::kLabelPort))
        return;
    Problem problem{Severity::Error,
                    "missing_input",
                    output.id,
                    std::string(flow::kLabelPort),
                    "",
                    LB_TR("Problem", "no labels are connected: nothing can be trained"),
                    {}};
    if (const Node* source = graph.context.document.source())
        problem.fixes.push_back(fixes::connect(
            {LB_TR("Fix", "Connect the labels of %1"), {graph.context.document.nameOf(source->id)}},
            {source->id, labelPort(*graph.layerOf(*source), graph.context.facts)}, output.id,
            std::string(flow::kLabelPort)));
    problems.push_back(std::move(problem));
}

} // namespace

void addOutputLints(const LintGraph& graph, std::vector<Problem>& problems)
{
    const Node* output = graph.context.document.output();
    if (!output)
        return;
    missingLabel(graph, *output, problems);
    const Spec* prediction = graph.inputSpec(*output);
    if (!prediction)
        return;
    if (prediction->shape.size() != 2) {
        predictionAxes(graph, *output, *prediction, problems);
        return;
    }
    labelCount(graph, *output, *prediction, problems);
    probabilities(graph, *output, *prediction, problems);
}

} // namespace lb
