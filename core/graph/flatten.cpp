#include "core/graph/flatten.h"

#include "core/graph/column_ports.h"
#include "core/graph/flat_weights.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/layers/described.h"
#include "core/layers/dtype_policy.h"
#include "core/layers/random_group.h"

#include <algorithm>
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
    std::vector<Annotation> annotations = {};
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
        std::vector<Spec> specs = request.inputs;
        for (const AnnotationSpec& annotation : request.annotations)
            specs.push_back(annotation.spec);
        Emitter start(std::move(specs), request.phase);
        for (std::size_t i = 0; i < request.inputs.size(); ++i)
            m_starts.push_back({start.input(i), {kPartInput, i}});
        for (std::size_t i = 0; i < request.annotations.size() && !m_starts.empty(); ++i)
            m_starts.front().annotations.push_back(
                {request.annotations[i].role, start.input(request.inputs.size() + i).id});
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
            LB_TRY(made, reached(end.node, path, scope));
            if (end.port < 0 || end.port >= std::ssize(made))
                return missing(m_document.nameOf(end.node), LB_TR("Error", "has no such output"));
            const Made& last = made[static_cast<std::size_t>(end.port)];
            outputs.push_back(last.value.id);
            if (i == 0) {
                model.last = last.by;
                model.annotations = last.annotations;
            }
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
        for (const Made& start : m_starts) // the Source shows its own, whatever reads them
            for (const Annotation& annotation : start.annotations)
                read.insert(annotation.value);
        for (const OpNode& node : m_graph.nodes)
            read.insert(node.inputs.begin(), node.inputs.end());
        for (const CallOrigin& call : m_calls) { // a layer may compute nothing
            read.insert(call.inputs.begin(), call.inputs.end());
            for (const Annotation& annotation : call.annotations)
                read.insert(annotation.value);
        }
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

    /// The values of a node; of one inside of a group those of the group's first call.
    Result<MadeValues> reached(NodeId target, StreamKey path, Scope& root)
    {
        const auto calls = groups::callers(m_document, target);
        if (!calls)
            return missing(m_document.nameOf(target), LB_TR("Error", "no node calls its group"));
        const Body* body = &m_document.root();
        Scope inner;
        Scope* scope = &root;
        std::string prefix;
        for (std::size_t i = 0; i < calls->size(); ++i) {
            const Node& call = *(*calls)[i];
            const std::string name = prefix + m_document.nameOf(call.id);
            for (const Input& input : call.inputs)
                if (const auto* wire = std::get_if<PortRef>(&input.from))
                    if (Result<> done = evaluate(*body, wire->node, path, *scope, prefix); !done.ok())
                        return std::move(done.error());
            LB_TRY(inputs, inputsOf(call, *scope, name));
            body = m_document.body(std::get<BodyId>(call.calls));
            Scope next{std::move(inputs), {}};
            if (const auto use = groupUse(call.call); use.ok() && use.value() == GroupUse::OneOf) {
                LB_TRY(branches, groups::branches(m_document, *body));
                const NodeId below = i + 1 < calls->size() ? (*calls)[i + 1]->id : target;
                for (const groups::Branch& branch : branches)
                    if (branch.result.node == below && branch.instead)
                        next.values[*branch.instead] = {next.inputs.front()};
            }
            inner = std::move(next);
            scope = &inner;
            path = path.child(static_cast<std::uint64_t>(call.id.value));
            prefix = name + "/";
        }
        if (Result<> done = evaluate(*body, target, path, *scope, prefix); !done.ok())
            return std::move(done.error());
        return scope->values[target];
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
            if (auto given = &body == &m_document.root() ? startsWith(*node) : std::nullopt) {
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
        if (const auto* composite = std::get_if<BodyId>(&node.calls))
            return group(m_document.body(*composite), node, path, std::move(inputs), name);
        const LayerDef* layer = layerOf(node);
        if (!layer)
            return missing(name, LB_TR("Error", "calls a layer that is not in the project"));
        return describe(node, *layer, path, std::move(inputs), name);
    }

    Result<MadeValues> group(const Body* inner, const Node& node, StreamKey path,
                             MadeValues inputs, const std::string& name)
    {
        const Node* last = inner ? groups::outputOf(m_document, *inner) : nullptr;
        if (!last)
            return missing(name, LB_TR("Error", "the group has no output"));
        auto use = groupUse(node.call);
        if (!use.ok())
            return within(name, std::move(use.error()));
        if (use.value() != GroupUse::Always)
            return byChance(*inner, *last, node, path, std::move(inputs), name);
        Scope scope{std::move(inputs), {}};
        if (Result<> done = evaluate(*inner, last->id, path, scope, name + "/"); !done.ok())
            return std::move(done.error());
        return scope.values[last->id];
    }

    /// Each branch on its own, then the choice among them.
    Result<MadeValues> byChance(const Body& inner, const Node& last, const Node& node,
                                StreamKey path, MadeValues inputs, const std::string& name)
    {
        const bool described = m_request.phase == Phase::Training || m_request.keepChances;
        if (m_request.dropTrainOnly || !described)
            return MadeValues{inputs.front()};
        std::vector<groups::Branch> branches{{{last.id, 0}, {}}};
        if (groupUse(node.call).value() == GroupUse::OneOf) {
            auto several = groups::branches(m_document, inner);
            if (!several.ok())
                return within(name, std::move(several.error()));
            branches = std::move(several.value());
        }
        MadeValues choices{inputs.front()};
        Scope together{inputs, {}};
        for (const groups::Branch& branch : branches) {
            Scope alone{inputs, {}};
            if (branch.instead)
                alone.values[*branch.instead] = {inputs.front()};
            Scope& scope = branch.instead ? alone : together;
            const auto [from, port] = branch.result;
            if (Result<> done = evaluate(inner, from, path, scope, name + "/"); !done.ok())
                return std::move(done.error());
            const MadeValues& made = scope.values[from];
            if (port < 0 || port >= std::ssize(made))
                return missing(name, LB_TR("Error", "has no such output"));
            choices.push_back(made[static_cast<std::size_t>(port)]);
        }
        const LayerDef choice{{node.id.value}, std::string(randomGroup().kerasClass()), name,
                              node.call,       ConfigObject{},                          {}};
        return describe(randomGroup(), node, choice, path, choices, name);
    }

    static Error within(const std::string& name, Error error)
    {
        error.where = error.where.empty() ? name : name + "/" + error.where;
        return error;
    }

    Result<MadeValues> bodyInput(const Body& body, const Node& node, const Scope& scope,
                                 const std::string& name) const
    {
        const std::size_t index = groups::inputIndex(m_document, body, node.id);
        if (index >= scope.inputs.size())
            return missing(name, LB_TR("Error", "nothing is connected to the group's input"));
        return MadeValues{scope.inputs[index]};
    }

    Result<MadeValues> describe(const Node& node, const LayerDef& layer, StreamKey path,
                                const MadeValues& inputs, const std::string& name)
    {
        auto type = m_registry.find(layer.kerasClass);
        if (!type.ok())
            return within(name, std::move(type.error()));
        if (m_request.dropTrainOnly && type.value()->about().trainOnly)
            return MadeValues{inputs.front()};
        return describe(*type.value(), node, layer, path, inputs, name);
    }

    Result<MadeValues> describe(const LayerType& type, const Node& node, const LayerDef& layer,
                                StreamKey path, const MadeValues& inputs, const std::string& name)
    {
        if (Result<> policy = checkPolicy(type, layer.config); !policy.ok())
            return within(name, std::move(policy.error()));
        const auto origin = static_cast<std::uint32_t>(m_calls.size());
        const GraphEnd before = GraphEnd::of(m_graph);
        CallOrigin call{node.id, layer.id,     name, pathOf(layer, node, path),
                        &type,   layer.config, {},   {},
                        {}};
        std::vector<ValueRef> values;
        for (const Made& input : inputs) {
            values.push_back(input.value);
            call.inputs.push_back(input.value.id);
            call.from.push_back(input.by);
        }
        std::optional<Outputs> outputs;
        const std::vector<Annotation>& annotations = inputs.front().annotations;
        if (!annotations.empty() && inputs.size() == 1 && type.movesAnnotations())
            outputs = describedWith(annotations, type, layer, values.front(), origin, call);
        if (!outputs) {
            Emitter emitter(std::move(m_graph), values, m_request.phase, origin);
            auto graph = finished(type, layer.config, layer.adapted, std::move(emitter),
                                  &outputs.emplace());
            if (!graph.ok())
                return within(name, std::move(graph.error()));
            m_graph = std::move(graph.value());
            if (!annotations.empty() && !type.movesAnnotations() && !outputs->empty()
                && samePicture(values.front(), outputs->front()))
                call.annotations = annotations;
        }
        joinWeights(m_graph, m_weights, layer.id, name, before);
        MadeValues made;
        for (const ValueRef& output : *outputs) {
            made.push_back({output, {origin, made.size()}});
            call.outputs.push_back(output.id);
        }
        if (!made.empty())
            made.front().annotations = call.annotations;
        m_calls.push_back(std::move(call));
        return made;
    }

    /// The layer called with what belongs to its images, which `call` remembers; nothing where it
    /// refuses that. Boxes are told as xyxy throughout a document.
    std::optional<Outputs> describedWith(const std::vector<Annotation>& annotations,
                                         const LayerType& type, const LayerDef& layer,
                                         ValueRef images, std::uint32_t origin, CallOrigin& call)
    {
        const auto config = withParam(layer.config, "bounding_box_format", "xyxy");
        if (!config.ok())
            return std::nullopt;
        std::vector<ValueRef> values{images};
        std::vector<Role> roles{Role::Images};
        for (const Annotation& annotation : annotations) {
            values.push_back({annotation.value});
            roles.push_back(annotation.role);
        }
        Emitter emitter(m_graph, std::move(values), m_request.phase, origin);
        emitter.setRoles(roles);
        emitter.setPassesBeside(true);
        auto outputs = type.describe(config.value(), layer.adapted, emitter);
        if (!outputs.ok() || outputs.value().size() != roles.size())
            return std::nullopt;
        auto graph = std::move(emitter).finish(outputs.value());
        if (!graph.ok())
            return std::nullopt;
        m_graph = std::move(graph.value());
        for (std::size_t i = 1; i < roles.size(); ++i)
            call.annotations.push_back({roles[i], outputs.value()[i].id});
        return Outputs{outputs.value().front()};
    }

    bool samePicture(ValueRef a, ValueRef b) const
    {
        const Shape& from = m_graph.nodes[a.id].spec.shape;
        const Shape& to = m_graph.nodes[b.id].spec.shape;
        return from.size() == 4 && to.size() == 4 && from[1] == to[1] && from[2] == to[2];
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
