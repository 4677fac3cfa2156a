#include "core/preview/node_places.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/layers/random_group.h"

#include <algorithm>
#include <map>
#include <set>

namespace lb {
namespace {

/// Which input of the graph an output of the Source is; nothing where nobody reads it.
std::optional<ValueId> givenBy(const FlatModel& model, int port)
{
    const auto found = std::ranges::find(model.given, static_cast<std::size_t>(port));
    if (found == model.given.end())
        return std::nullopt;
    return model.graph.inputs[static_cast<std::size_t>(found - model.given.begin())];
}

/// Whether the node stands in the group that `group` calls, or in a group within.
bool isInside(const Document& document, NodeId node, NodeId group)
{
    const auto calls = groups::callers(document, node);
    return calls && std::ranges::any_of(*calls, [&](const Node* call) { return call->id == group; });
}

} // namespace

std::vector<NodePlace> placesOf(const Document& document, const FlatModel& model,
                                const ImageAnnotations& given)
{
    const std::vector<Annotation> first = givenAnnotations(model, given);
    std::map<NodeId, NodePlace> known;
    for (std::size_t i = 0; i < model.calls.size(); ++i)
        if (const CallOrigin& call = model.calls[i]; !call.outputs.empty())
            known[call.node] = {call.node, call.outputs.front(), i, call.annotations};
    std::vector<NodePlace> places;
    std::vector<const Node*> nodes; // those inside of groups, too
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes)
            nodes.push_back(node.get());
    for (const Node* node : nodes) {
        const NodeId id = node->id;
        const LayerDef* layer = document.layerOf(id);
        if (layer && layer->kerasClass == flow::kSource) {
            places.push_back({id, model.graph.inputs.front(), {}, first});
            continue;
        }
        const Node* at = node;
        int port = 0;
        std::set<NodeId> seen;
        while (at && at->muted && seen.insert(at->id).second) { // passes on what it gets
            const auto wire = std::ranges::find_if(at->inputs, [](const Input& input) {
                return std::holds_alternative<PortRef>(input.from);
            });
            const auto* from
                = wire == at->inputs.end() ? nullptr : std::get_if<PortRef>(&wire->from);
            at = from ? document.node(from->node) : nullptr;
            port = from ? from->port : 0;
        }
        if (!at)
            continue;
        const LayerDef* from = document.layerOf(at->id);
        if (from && from->kerasClass == flow::kSource) {
            if (const auto value = givenBy(model, port))
                places.push_back({id, *value, {}, first});
        } else if (const auto found = known.find(at->id); found != known.end())
            places.push_back({id, found->second.value,
                              at == node ? found->second.call : std::nullopt,
                              found->second.annotations});
    }
    return places;
}

std::string shownGroup(const Document& document, const Plan& plan, NodeId group,
                       const MixedBatch& batch)
{
    const FlatModel& model = plan.model();
    std::set<NodeId> taken; // of what was chosen
    std::string text;
    for (std::size_t i = 0; i < model.calls.size(); ++i) {
        const CallOrigin& call = model.calls[i];
        if (call.node != group || call.type != &randomGroup())
            continue;
        const double branch = drawnNumber(plan.transformation(i), "branch", batch.own);
        if (branch < 1)
            return "–";
        const Node* node = document.node(group);
        const Body* body = document.body(std::get<BodyId>(node->calls));
        const auto use = groupUse(node->call);
        const auto branches = groups::branches(document, *body);
        if (!use.ok() || use.value() != GroupUse::OneOf || !branches.ok()) {
            text = "✓";
            break;
        }
        const PortRef& result = branches.value()[static_cast<std::size_t>(branch) - 1].result;
        text = document.nameOf(result.node);
        taken.insert(result.node);
    }
    for (std::size_t i = 0; i < model.calls.size(); ++i) {
        const CallOrigin& call = model.calls[i];
        const auto* type = dynamic_cast<const RandomLayerType*>(call.type);
        const Transformation& drawn = plan.transformation(i);
        if (!type || drawn.empty() || call.node == group || !isInside(document, call.node, group)
            || (!taken.empty() && !taken.contains(call.node)))
            continue;
        text += (text.empty() ? "" : " ") + type->shown(batch.named(drawn), batch.own);
    }
    return text;
}

} // namespace lb
