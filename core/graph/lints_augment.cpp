#include "core/graph/edits.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/lint_tools.h"

#include <algorithm>

namespace lb {
namespace {

/// The first node that takes the result of `node`, and the port it takes it at.
std::pair<const Node*, const Input*> userOf(const LintGraph& graph, const Node& node)
{
    for (const auto& body : graph.context.document.bodies)
        for (const auto& other : body->nodes)
            for (const Input& input : other->inputs)
                if (const auto* wire = std::get_if<PortRef>(&input.from);
                    wire && wire->node == node.id && wire->port == 0)
                    return {other.get(), &input};
    return {nullptr, nullptr};
}

/// The layer that computes with what `user` takes: the first in the group that it calls, and behind
/// a group whose end it is. Null if none does.
const Node* layerAt(const LintGraph& graph, const Node& user)
{
    const Document& document = graph.context.document;
    const Node* at = &user;
    for (std::size_t steps = 0; at && steps < graph.analysis.nodes.size(); ++steps) {
        const auto* called = std::get_if<BodyId>(&at->calls);
        const Body* inner = called ? document.body(*called) : nullptr;
        const auto around = groups::callers(document, at->id);
        if (inner) {
            const auto start = std::ranges::find_if(inner->nodes, [&](const auto& each) {
                return graph.isClass(*each, flow::kInput);
            });
            at = start == inner->nodes.end() ? nullptr : userOf(graph, **start).first;
        } else if (graph.isClass(*at, flow::kOutput) && around && !around->empty()) {
            at = userOf(graph, *around->back()).first;
        } else {
            break;
        }
    }
    return at;
}

/// The first layer behind `node` that needs other weights at inference than in training, or cannot be
/// called then: it trains and predicts nothing.
std::string breaksAtInference(const LintGraph& graph, const Node& node)
{
    const LintContext& context = graph.context;
    if (context.phase != Phase::Training)
        return {};
    const Analysis& later = graph.atInference();
    for (const auto& body : context.document.bodies)
        for (const auto& other : body->nodes) {
            const auto now = graph.analysis.nodes.find(other->id);
            const auto then = later.nodes.find(other->id);
            if (now == graph.analysis.nodes.end() || then == later.nodes.end()
                || now->second.outputs.empty() || other->id == node.id)
                continue;
            const bool differs = then->second.outputs.empty()
                || then->second.parameters != now->second.parameters;
            if (differs && graph.upstream(other->id).contains(node.id))
                return context.document.nameOf(other->id);
        }
    return {};
}

/// Keras' RandomCrop passes images on at inference, in their own size.
void cropsInTrainingOnly(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const auto [user, input] = userOf(graph, node);
    const Node* layer = user ? layerAt(graph, *user) : nullptr;
    if (layer && (graph.isClass(*layer, "CenterCrop") || graph.isClass(*layer, "Resizing")))
        return;
    const std::string broken = breaksAtInference(graph, node);
    Problem problem{
        broken.empty() ? Severity::Hint : Severity::Error,
        "crops_in_training_only",
        node.id,
        "",
        "",
        broken.empty()
            ? Message(LB_TR("Problem", "cuts images in training only, as in Keras; at inference they "
                                       "keep their size"))
            : Message(LB_TR("Problem",
                            "RandomCrop cuts images in training only, as in Keras; at inference they "
                            "keep their size, which %1 cannot take with the weights that it trains: "
                            "put a CenterCrop or Resizing behind it"),
                      {broken}),
        {}};
    if (user) {
        ConfigObject config;
        for (const char* key : {"height", "width", "data_format"})
            if (const Config* value = graph.layerOf(node)->config.find(key))
                config.emplace(key, *value);
        problem.fixes.push_back(fixes::insertBefore({LB_TR("Fix", "Insert %1"), {"CenterCrop"}},
                                                    user->id, input->port, "CenterCrop",
                                                    std::move(config), graph.stageOf(node)));
    }
    problems.push_back(std::move(problem));
}

/// Labels are mixed with the images where they are numbers for each class, and behind the batch.
void mixesImagesOnly(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const Recipe& recipe = graph.context.document.recipe;
    const bool sparse = recipe.loss == "sparse_categorical_crossentropy"
        || recipe.loss == "SparseCategoricalCrossentropy";
    if (!sparse && graph.stageOf(node) == Stage::Model)
        return;
    Problem problem{Severity::Warning,
                    "labels_not_mixed",
                    node.id,
                    "",
                    "",
                    sparse ? LB_TR("Problem",
                                   "mixes images, but the loss takes one class a sample: every mixed "
                                   "image keeps the label of its first one")
                           : LB_TR("Problem",
                                   "mixes images before the batch, where labels are not mixed: every "
                                   "mixed image keeps the label of its first one"),
                    {}};
    if (sparse)
        problem.fixes.push_back({LB_TR("Fix", "Use categorical_crossentropy"),
                                 [](const Document& document) {
                                     Recipe changed = document.recipe;
                                     changed.loss = "categorical_crossentropy";
                                     return Result<Document>(edits::setRecipe(document, changed));
                                 },
                                 {}});
    else
        problem.fixes.push_back(
            fixes::acrossBatch(LB_TR("Fix", "Move it behind the batch"), graph.outermost(node.id),
                               Stage::Model));
    problem.fixes.push_back(fixes::remove(LB_TR("Fix", "Remove it"), node.id));
    problems.push_back(std::move(problem));
}

} // namespace

void addAugmentLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    if (graph.isClass(node, "RandomCrop"))
        cropsInTrainingOnly(graph, node, problems);
    if (graph.isClass(node, "MixUp") || graph.isClass(node, "CutMix"))
        mixesImagesOnly(graph, node, problems);
}

} // namespace lb
