#include "core/graph/batch_moves.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/lint_tools.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

constexpr double kSmall = 2; // 0..1 and -1..1 and what random layers add to them
constexpr double kStrong = 1.0 / 16; // a factor that takes 0..255 down

std::optional<double> asNumber(const Config* config)
{
    if (const auto* real = config ? config->as<double>() : nullptr)
        return *real;
    if (const auto* integer = config ? config->as<std::int64_t>() : nullptr)
        return static_cast<double>(*integer);
    return {};
}

/// The largest factor of a Rescaling.
std::optional<double> scaleOf(const LayerDef& layer)
{
    const Config* scale = layer.config.find("scale");
    if (const auto* list = scale ? scale->as<ConfigList>() : nullptr) {
        double most = 0;
        for (const Config& item : *list)
            most = std::max(most, std::abs(asNumber(&item).value_or(1)));
        return most;
    }
    return asNumber(scale);
}

const Node* earlierRescaling(const LintGraph& graph, const Node& node)
{
    for (const NodeId id : graph.upstream(node.id)) {
        const Node* other = graph.context.document.node(id);
        if (!other || id == node.id || other->muted || !graph.isClass(*other, "Rescaling"))
            continue;
        if (scaleOf(*graph.layerOf(*other)).value_or(1) <= kStrong)
            return other;
    }
    return nullptr;
}

void rescaledTwice(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    const Spec* input = graph.inputSpec(node);
    if (!layer || layer->kerasClass != "Rescaling" || node.muted || !input
        || scaleOf(*layer).value_or(1) > kStrong)
        return;
    const Node* earlier = earlierRescaling(graph, node);
    if (input->range.known() ? magnitude(input->range) > kSmall : !earlier)
        return;
    const std::string name = graph.context.document.nameOf(node.id);
    Problem problem{
        Severity::Warning,
        "rescaled_twice",
        node.id,
        node.inputs.front().port,
        "scale",
        earlier ? Message(LB_TR("Problem", "%1 has brought the values down already"),
                          {graph.context.document.nameOf(earlier->id)})
                : Message(LB_TR("Problem", "the values are %1 already"), {rangeText(input->range)}),
        {fixes::remove({LB_TR("Fix", "Remove %1"), {name}}, node.id)}};
    if (input->range.known())
        problem.fixes.back().outcome = rangeText(input->range);
    problems.push_back(std::move(problem));
}

bool normalizes(const LayerDef& layer)
{
    static constexpr std::array kClasses{"BatchNormalization", "LayerNormalization",
                                         "GroupNormalization", "Embedding", "Normalization"};
    return std::ranges::find(kClasses, layer.kerasClass) != kClasses.end();
}

/// 0..255 where the first weights expect about -1..1.
void unscaledInput(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto facts = graph.analysis.nodes.find(node.id);
    const Spec* input = graph.inputSpec(node);
    if (!layer || node.muted || facts == graph.analysis.nodes.end() || !facts->second.trainable
        || !input || !input->range.known() || magnitude(input->range) <= kSmall
        || normalizes(*layer))
        return;
    if (!std::isfinite(magnitude(input->range)) || graph.behindWeights(node.id))
        return;
    const ValueRange& range = input->range;
    const bool positive = range.least >= 0;
    const double scale = positive ? 1 / range.most : 2 / (range.most - range.least);
    const double offset = positive ? 0.0 : -1 - range.least * scale;
    Problem problem{Severity::Warning,
                    "unscaled_input",
                    node.id,
                    node.inputs.front().port,
                    "",
                    {LB_TR("Problem", "learns badly from values of %1: rescale them first"),
                     {rangeText(range)}},
                    {}};
    const Message title = positive
        ? Message(LB_TR("Fix", "Insert Rescaling 1/%1"), {numberText(range.most)})
        : Message(LB_TR("Fix", "Insert %1"), {"Rescaling"});
    problem.fixes.push_back(fixes::insertBefore(
        title, node.id, node.inputs.front().port, "Rescaling",
        ConfigObject{{"scale", scale}, {"offset", offset}}, graph.stageOf(node)));
    problem.fixes.back().outcome = dimsText(input->shape) + (positive ? ", 0..1" : ", -1..1");
    problems.push_back(std::move(problem));
}

/// A layer that was told of other values than those that come.
void otherValueRange(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    const Spec* input = graph.inputSpec(node);
    const Config* said = layer ? layer->config.find("value_range") : nullptr;
    const auto* ends = said ? said->as<ConfigList>() : nullptr;
    if (!ends || ends->size() != 2 || !input || !input->range.known() || node.muted)
        return;
    const auto a = asNumber(&(*ends)[0]), b = asNumber(&(*ends)[1]);
    if (!a || !b || *a >= *b)
        return; // the layer itself says so
    const ValueRange& range = input->range;
    if (!std::isfinite(magnitude(range)))
        return;
    const double width = *b - *a, comes = range.most - range.least;
    const bool beyond = range.least < *a - 0.01 * width || range.most > *b + 0.01 * width;
    if (!beyond && comes >= 0.5 * width)
        return;
    Problem problem{Severity::Warning,
                    "value_range",
                    node.id,
                    node.inputs.front().port,
                    "value_range",
                    {LB_TR("Problem", "expects values of %1, but %2 come"),
                     {rangeText(ValueRange::declared(*a, *b)), rangeText(range)}},
                    {}};
    problem.fixes.push_back(
        fixes::setParam({LB_TR("Fix", "Set value_range to %1"), {rangeText(range)}}, layer->id,
                        "value_range", ConfigList{range.least, range.most}));
    problems.push_back(std::move(problem));
}

bool hasWeights(const LintGraph& graph, const Node& node)
{
    const auto facts = graph.analysis.nodes.find(node.id);
    return facts != graph.analysis.nodes.end() && facts->second.trainable > 0;
}

bool isPerBatch(const LintGraph& graph, const Node& node)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto type = graph.context.registry.find(layer ? layer->kerasClass : "");
    return type.ok() && type.value()->about().perBatch;
}

/// Whether it is so of the node, or of one in the group that it calls.
bool holds(const LintGraph& graph, const Node& node, bool (*is)(const LintGraph&, const Node&))
{
    const auto* called = std::get_if<BodyId>(&node.calls);
    if (!called || node.muted)
        return is(graph, node);
    return std::ranges::any_of(groups::within(graph.context.document, *called),
                               [&](const Node* inner) { return is(graph, *inner); });
}

} // namespace

void addRangeLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    rescaledTwice(graph, node, problems);
    unscaledInput(graph, node, problems);
    otherValueRange(graph, node, problems);
}

void addStageLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    if (graph.context.document.bodyOf(node.id) != &graph.context.document.root())
        return;
    const LayerDef* layer = graph.layerOf(node);
    const Stage stage = graph.stageOf(node);
    const auto say = [&](Severity severity, const char* code, Text message, std::vector<Fix> ways) {
        problems.push_back({severity, code, node.id, "", "", message, std::move(ways)});
    };
    const Document& document = graph.context.document;
    const auto toModel = [&] {
        return fixes::acrossBatch(LB_TR("Fix", "Move it behind the batch"), node.id, Stage::Model);
    };
    if (stage == Stage::Pipeline && holds(graph, node, hasWeights))
        say(Severity::Error, "weights_in_pipeline",
            LB_TR("Problem", "has weights to train, but stands before the batch"), {toModel()});
    if (stage == Stage::Pipeline && holds(graph, node, isPerBatch))
        say(Severity::Warning, "batch_only",
            LB_TR("Problem", "computes over whole batches, but stands before the batch"),
            {toModel()});
    const PortRef* wire = graph.firstWire(node);
    const Node* from = wire ? document.node(wire->node) : nullptr;
    if (!from)
        return;
    if (stage == Stage::Pipeline && graph.stageOf(*from) == Stage::Model) {
        std::vector<Fix> ways;
        if (std::set<NodeId> trained = edits::trainedNodes(graph.analysis);
            edits::moveAcrossBatch(document, std::array{node.id}, Stage::Pipeline, trained).ok())
            ways.push_back(fixes::acrossBatch(LB_TR("Fix", "Put the batch behind it"), node.id,
                                              Stage::Pipeline, std::move(trained)));
        ways.push_back(toModel());
        say(Severity::Error, "wrong_stage",
            LB_TR("Problem", "belongs to the input pipeline, but comes after the batch"),
            std::move(ways));
    }
    const bool batches = layer && layer->kerasClass == flow::kBatch;
    if (stage == Stage::Model && !batches && graph.stageOf(*from) == Stage::Pipeline) {
        const bool known = std::ranges::any_of(document.root().nodes, [&](const auto& other) {
            return flow::isClass(document, *other, flow::kBatch);
        });
        const Message insert{LB_TR("Fix", "Insert %1"), {"Batch"}};
        say(Severity::Hint, "no_batch",
            LB_TR("Problem", "takes samples from the pipeline without a Batch between"),
            {edits::hasSide(document, node.id)
                 ? fixes::acrossBatch(known ? Message(LB_TR("Fix", "Put the batch before it"))
                                            : insert,
                                      node.id, Stage::Model)
                 : fixes::insertBefore(insert, node.id, node.inputs.front().port,
                                       std::string(flow::kBatch), ConfigObject{}, Stage::Model)});
    }
}

} // namespace lb
