#include "core/graph/flatten.h"

#include "core/graph/column_ports.h"
#include "core/graph/flow.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace lb {
namespace {

Error missing(std::string where, Message reason)
{
    return {ErrorCode::NotFound, std::move(where), std::move(reason)};
}

/// A value on its way, with the call that made it.
struct Made {
    ValueRef value;
    CallOutput by;
};
using MadeValues = std::vector<Made>;

class Flattener {
public:
    Flattener(const Document& document, const LayerRegistry& registry,
              const FlattenRequest& request)
        : m_document(document)
        , m_registry(registry)
        , m_request(request)
    {
        Emitter start(request.inputs, request.phase);
        for (std::size_t i = 0; i < request.inputs.size(); ++i)
            m_starts.push_back({start.input(i), {kPartInput, i}});
        m_graph = std::move(start).finish({}).value();
    }

    Result<FlatModel> run()
    {
        if (m_request.part == Part::Pipeline || m_request.part == Part::Model) {
            LB_TRY(between, boundaries(m_document));
            m_between = std::move(between);
        }
        LB_TRY(ends, endsOfPart());
        const StreamKey path{static_cast<std::uint64_t>(m_document.recipe.seed)};
        FlatModel model;
        Scope scope;
        std::vector<ValueId> outputs;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const PortRef& end = ends[i];
            if (Result<> done = evaluate(m_document.root(), end.node, path, scope, {}); !done.ok())
                return std::move(done.error());
            const MadeValues& made = scope.values[end.node];
            if (end.port < 0 || end.port >= std::ssize(made))
                return missing(m_document.nameOf(end.node), LB_TR("Error", "has no such output"));
            const Made& last = made[static_cast<std::size_t>(end.port)];
            outputs.push_back(last.value.id);
            if (i == 0)
                model.last = last.by;
        }
        m_graph.outputs = std::move(outputs);
        model.given = keepReadInputs();
        model.graph = std::move(m_graph);
        model.calls = std::move(m_calls);
        model.weights = std::move(m_weights);
        return model;
    }

private:
    using Part = FlattenRequest::Part;
    /// Values by node within one call of a body; inputs are those of the call.
    struct Scope {
        MadeValues inputs;
        std::map<NodeId, MadeValues> values;
    };

    const LayerDef* layerOf(const Node& node) const { return m_document.layerOf(node.id); }
    bool isClass(const Node& node, std::string_view kerasClass) const
    {
        return flow::isClass(m_document, node, kerasClass);
    }
    bool inPipeline(const Node& node) const { return flow::isPipeline(m_document, node); }

    Result<std::vector<PortRef>> endsOfPart() const
    {
        if (m_request.part == Part::UpTo) {
            if (!m_document.node(m_request.node))
                return missing("", LB_TR("Error", "the node is not in the project"));
            return std::vector{PortRef{m_request.node, m_request.port}};
        }
        if (m_request.part == Part::Pipeline)
            return m_between;
        LB_TRY(last, flow::prediction(m_document));
        return std::vector{last};
    }

    /// Leaves inputs out that nothing reads. A graph keeps at least one, which says its rows.
    std::vector<std::size_t> keepReadInputs()
    {
        std::set<ValueId> read(m_graph.outputs.begin(), m_graph.outputs.end());
        for (const OpNode& node : m_graph.nodes)
            read.insert(node.inputs.begin(), node.inputs.end());
        for (const CallOrigin& call : m_calls) // a layer may compute nothing
            read.insert(call.inputs.begin(), call.inputs.end());
        std::vector<std::size_t> given;
        std::vector<ValueId> kept;
        for (std::size_t i = 0; i < m_graph.inputs.size(); ++i)
            if (read.contains(m_graph.inputs[i])) {
                given.push_back(i);
                kept.push_back(m_graph.inputs[i]);
            }
        if (kept.empty() && !m_graph.inputs.empty()) {
            given.push_back(0);
            kept.push_back(m_graph.inputs.front());
        }
        m_graph.inputs = std::move(kept);
        return given;
    }

    /// Describes what leads to `target`, without recursion along a body: models are deep.
    Result<> evaluate(const Body& body, NodeId target, StreamKey path, Scope& scope,
                      const std::string& prefix)
    {
        std::vector<NodeId> open{target};
        std::set<NodeId> entered;
        while (!open.empty()) {
            const NodeId id = open.back();
            if (scope.values.contains(id)) {
                open.pop_back();
                continue;
            }
            const Node* node = m_document.node(id);
            if (!node)
                return missing(prefix,
                               LB_TR("Error", "a wire comes from a node that is not there"));
            if (auto given = startsWith(*node)) {
                scope.values[id] = std::move(*given);
                continue;
            }
            bool ready = true;
            if (entered.insert(id).second)
                for (auto input = node->inputs.rbegin(); input != node->inputs.rend(); ++input)
                    if (const auto* wire = std::get_if<PortRef>(&input->from); wire
                        && input->port != flow::kLabelPort && !scope.values.contains(wire->node)) {
                        if (entered.contains(wire->node))
                            return missing(prefix + m_document.nameOf(id),
                                           LB_TR("Error", "is part of a circle of wires"));
                        open.push_back(wire->node);
                        ready = false;
                    }
            if (!ready)
                continue;
            LB_TRY(outputs,
                   called(body, *node, path.child(static_cast<std::uint64_t>(id.value)), scope,
                          prefix));
            scope.values[id] = std::move(outputs);
        }
        return std::monostate{};
    }

    /// The values that the part begins with, where `node` gives them.
    std::optional<MadeValues> startsWith(const Node& node) const
    {
        if (m_request.part != Part::Model)
            return isClass(node, flow::kSource) ? std::optional(m_starts) : std::nullopt;
        const bool batch = isClass(node, flow::kBatch);
        if (!batch && !inPipeline(node))
            return {};
        MadeValues values;
        for (std::size_t i = 0; i < m_between.size() && i < m_starts.size(); ++i) {
            const PortRef& from = m_between[i];
            const PortRef* wire = batch ? flow::firstWire(node) : nullptr;
            if (batch ? !wire || *wire != from : from.node != node.id)
                continue;
            const auto port = batch ? std::size_t{0} : static_cast<std::size_t>(from.port);
            values.resize(std::max(values.size(), port + 1));
            values[port] = m_starts[i];
        }
        return values;
    }

    Result<MadeValues> inputsOf(const Node& node, const Scope& scope, const std::string& name) const
    {
        MadeValues inputs;
        for (const auto& [port, wire] : portWires(node, layerOf(node), m_registry)) {
            if (!wire)
                return missing(name,
                               {LB_TR("Error", "nothing is connected to its column %1"), {port}});
            const auto from = scope.values.find(wire->node);
            if (from == scope.values.end() || wire->port < 0
                || wire->port >= std::ssize(from->second))
                return missing(name,
                               LB_TR("Error", "an input comes from an output that is not there"));
            inputs.push_back(from->second[static_cast<std::size_t>(wire->port)]);
        }
        if (inputs.empty())
            return missing(name, LB_TR("Error", "nothing is connected to its input"));
        return inputs;
    }

    Result<MadeValues> called(const Body& body, const Node& node, StreamKey path, Scope& scope,
                              const std::string& prefix)
    {
        const std::string name = prefix + m_document.nameOf(node.id);
        if (isClass(node, flow::kInput))
            return bodyInput(body, node, scope, name);
        LB_TRY(inputs, inputsOf(node, scope, name));
        if (node.muted)
            return MadeValues{inputs.front()};
        if (const auto* composite = std::get_if<BodyId>(&node.calls)) {
            const Body* inner = m_document.body(*composite);
            const Node* last = inner ? outputOf(*inner) : nullptr;
            if (!last)
                return missing(name, LB_TR("Error", "the group has no output"));
            Scope within{std::move(inputs), {}};
            if (Result<> done = evaluate(*inner, last->id, path, within, name + "/"); !done.ok())
                return std::move(done.error());
            return within.values[last->id];
        }
        const LayerDef* layer = layerOf(node);
        if (!layer)
            return missing(name, LB_TR("Error", "calls a layer that is not in the project"));
        return describe(node, *layer, path, std::move(inputs), name);
    }

    const Node* outputOf(const Body& body) const
    {
        for (const auto& node : body.nodes)
            if (isClass(*node, flow::kOutput))
                return node.get();
        return nullptr;
    }

    Result<MadeValues> bodyInput(const Body& body, const Node& node, const Scope& scope,
                                 const std::string& name) const
    {
        std::size_t index = 0;
        for (const auto& other : body.nodes) {
            if (other->id == node.id)
                break;
            index += isClass(*other, flow::kInput);
        }
        if (index >= scope.inputs.size())
            return missing(name, LB_TR("Error", "nothing is connected to the group's input"));
        return MadeValues{scope.inputs[index]};
    }

    Result<MadeValues> describe(const Node& node, const LayerDef& layer, StreamKey path,
                                const MadeValues& inputs, const std::string& name)
    {
        const auto within = [&name](Error error) {
            error.where = error.where.empty() ? name : name + "/" + error.where;
            return error;
        };
        auto type = m_registry.find(layer.kerasClass);
        if (!type.ok())
            return within(std::move(type.error()));
        if (m_request.dropTrainOnly && type.value()->about().trainOnly)
            return MadeValues{inputs.front()};
        const auto origin = static_cast<std::uint32_t>(m_calls.size());
        const std::size_t firstNode = m_graph.nodes.size();
        const std::size_t firstWeight = m_graph.weights.size();
        const std::size_t firstAssign = m_graph.assigns.size();
        const std::size_t firstLoss = m_graph.losses.size();
        CallOrigin call{node.id,      layer.id,     name, pathOf(layer, node, path),
                        type.value(), layer.config, {},   {},         {}};
        std::vector<ValueRef> values;
        for (const Made& input : inputs) {
            values.push_back(input.value);
            call.inputs.push_back(input.value.id);
            call.from.push_back(input.by);
        }
        Emitter emitter(std::move(m_graph), std::move(values), m_request.phase, origin);
        auto outputs = type.value()->describe(layer.config, layer.adapted, emitter);
        if (!outputs.ok())
            return within(std::move(outputs.error()));
        auto graph = std::move(emitter).finish(outputs.value());
        if (!graph.ok())
            return within(std::move(graph.error()));
        m_graph = std::move(graph.value());
        const bool again
            = std::ranges::find(m_weights, layer.id, &FlatWeight::layer) != m_weights.end();
        if (again)
            shareWeights(layer, firstNode, firstWeight, firstAssign, firstLoss);
        else
            takeWeights(layer, name, firstWeight);
        MadeValues made;
        for (const ValueRef& output : outputs.value()) {
            made.push_back({output, {origin, made.size()}});
            call.outputs.push_back(output.id);
        }
        m_calls.push_back(std::move(call));
        return made;
    }

    /// A layer with a seed of its own draws the same wherever the project's seed goes.
    StreamKey pathOf(const LayerDef& layer, const Node& node, StreamKey path) const
    {
        const Config* seed = layer.config.find("seed");
        const auto* own = seed ? seed->as<std::int64_t>() : nullptr;
        return own ? StreamKey{static_cast<std::uint64_t>(*own)}.child(
                   static_cast<std::uint64_t>(node.id.value))
                   : path;
    }

    /// Numbers the weights of a first call.
    void takeWeights(const LayerDef& layer, const std::string& name, std::size_t firstWeight)
    {
        for (std::size_t i = firstWeight; i < m_graph.weights.size(); ++i) {
            WeightSpec& weight = m_graph.weights[i];
            weight.name = name + "/" + weight.name;
            m_weights.push_back({layer.id, i - firstWeight, weight,
                                 m_graph.nodes[weight.value].spec.shape});
        }
    }

    /// The weights of a further call become the first call's. It reads what the call before it
    /// assigned, and what weights add to the loss counts once.
    void shareWeights(const LayerDef& layer, std::size_t firstNode, std::size_t firstWeight,
                      std::size_t firstAssign, std::size_t firstLoss)
    {
        std::map<ValueId, ValueId> first; // of this call's weights
        for (std::size_t i = firstWeight; i < m_graph.weights.size(); ++i)
            first[m_graph.weights[i].value]
                = std::ranges::find_if(m_weights, [&](const FlatWeight& other) {
                      return other.layer == layer.id && other.index == i - firstWeight;
                  })->spec.value;
        dropWeightLosses(first, firstLoss);
        m_graph.weights.resize(firstWeight);
        const auto current = [&](ValueId& id) {
            const auto weight = first.find(id);
            if (weight == first.end())
                return;
            id = weight->second;
            for (std::size_t i = 0; i < firstAssign; ++i)
                if (m_graph.assigns[i].weight == weight->second)
                    id = m_graph.assigns[i].value;
        };
        for (std::size_t i = firstNode; i < m_graph.nodes.size(); ++i)
            std::ranges::for_each(m_graph.nodes[i].inputs, current);
        for (std::size_t i = firstAssign; i < m_graph.assigns.size();) {
            AssignSpec& assign = m_graph.assigns[i];
            assign.weight = first.at(assign.weight);
            const auto before = std::ranges::find(
                std::span(m_graph.assigns).first(firstAssign), assign.weight, &AssignSpec::weight);
            if (before == std::span(m_graph.assigns).first(firstAssign).end()) {
                ++i;
                continue;
            }
            before->value = assign.value; // the last one counts
            m_graph.assigns.erase(m_graph.assigns.begin() + std::ptrdiff_t(i));
        }
    }

    /// Losses that follow from weights alone were added by the first call.
    void dropWeightLosses(const std::map<ValueId, ValueId>& weights, std::size_t firstLoss)
    {
        const auto constant = [&](ValueId id) {
            return std::ranges::find(m_graph.constants, id, &ConstantSpec::value)
                != m_graph.constants.end();
        };
        const std::function<bool(ValueId)> ofWeights = [&](ValueId id) {
            const OpNode& node = m_graph.nodes[id];
            return node.fed() ? weights.contains(id) || constant(id)
                              : std::ranges::all_of(node.inputs, ofWeights);
        };
        const auto begin = m_graph.losses.begin() + std::ptrdiff_t(firstLoss);
        m_graph.losses.erase(std::remove_if(begin, m_graph.losses.end(), ofWeights),
                             m_graph.losses.end());
    }

    const Document& m_document;
    const LayerRegistry& m_registry;
    const FlattenRequest& m_request;
    OpGraph m_graph;
    MadeValues m_starts; ///< parallel to the request's inputs
    std::vector<PortRef> m_between;
    std::vector<CallOrigin> m_calls;
    std::vector<FlatWeight> m_weights;
};

} // namespace

Result<FlatModel> flattened(const Document& document, const LayerRegistry& registry,
                            const FlattenRequest& request)
{
    return Flattener(document, registry, request).run();
}

} // namespace lb
