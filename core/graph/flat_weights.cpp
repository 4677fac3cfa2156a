#include "core/graph/flat_weights.h"

#include <algorithm>
#include <functional>
#include <map>

namespace lb {
namespace {

/// Numbers the weights of a first call.
void takeWeights(OpGraph& graph, std::vector<FlatWeight>& weights, LayerId layer,
                 const std::string& name, std::size_t firstWeight)
{
    for (std::size_t i = firstWeight; i < graph.weights.size(); ++i) {
        WeightSpec& weight = graph.weights[i];
        weight.name = name + "/" + weight.name;
        weights.push_back({layer, i - firstWeight, weight,
                             graph.nodes[weight.value].spec.shape});
    }
}

/// Losses that follow from weights alone were added by the first call.
void dropWeightLosses(OpGraph& graph, const std::map<ValueId, ValueId>& weights,
                      std::size_t firstLoss)
{
    const auto constant = [&](ValueId id) {
        return std::ranges::find(graph.constants, id, &ConstantSpec::value)
            != graph.constants.end();
    };
    const std::function<bool(ValueId)> ofWeights = [&](ValueId id) {
        const OpNode& node = graph.nodes[id];
        return node.fed() ? weights.contains(id) || constant(id)
                          : std::ranges::all_of(node.inputs, ofWeights);
    };
    const auto begin = graph.losses.begin() + std::ptrdiff_t(firstLoss);
    graph.losses.erase(std::remove_if(begin, graph.losses.end(), ofWeights),
                         graph.losses.end());
}

/// The weights of a further call become the first call's. It reads what the call before it
/// assigned, and what weights add to the loss counts once.
void shareWeights(OpGraph& graph, const std::vector<FlatWeight>& weights, LayerId layer,
                  const GraphEnd& before)
{
    std::map<ValueId, ValueId> first; // of this call's weights
    for (std::size_t i = before.weights; i < graph.weights.size(); ++i)
        first[graph.weights[i].value]
            = std::ranges::find_if(weights, [&](const FlatWeight& other) {
                  return other.layer == layer && other.index == i - before.weights;
              })->spec.value;
    dropWeightLosses(graph, first, before.losses);
    graph.weights.resize(before.weights);
    const auto current = [&](ValueId& id) {
        const auto weight = first.find(id);
        if (weight == first.end())
            return;
        id = weight->second;
        for (std::size_t i = 0; i < before.assigns; ++i)
            if (graph.assigns[i].weight == weight->second)
                id = graph.assigns[i].value;
    };
    for (std::size_t i = before.nodes; i < graph.nodes.size(); ++i)
        std::ranges::for_each(graph.nodes[i].inputs, current);
    for (std::size_t i = before.assigns; i < graph.assigns.size();) {
        AssignSpec& assign = graph.assigns[i];
        assign.weight = first.at(assign.weight);
        const auto earlier = std::ranges::find(
            std::span(graph.assigns).first(before.assigns), assign.weight, &AssignSpec::weight);
        if (earlier == std::span(graph.assigns).first(before.assigns).end()) {
            ++i;
            continue;
        }
        earlier->value = assign.value; // the last one counts
        graph.assigns.erase(graph.assigns.begin() + std::ptrdiff_t(i));
    }
}

} // namespace

GraphEnd GraphEnd::of(const OpGraph& graph)
{
    return {graph.nodes.size(), graph.weights.size(), graph.assigns.size(), graph.losses.size()};
}

void joinWeights(OpGraph& graph, std::vector<FlatWeight>& weights, LayerId layer,
                 const std::string& name, const GraphEnd& before)
{
    const bool again = std::ranges::find(weights, layer, &FlatWeight::layer) != weights.end();
    if (again)
        shareWeights(graph, weights, layer, before);
    else
        takeWeights(graph, weights, layer, name, before.weights);
}

} // namespace lb
