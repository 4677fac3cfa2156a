#include "core/graph/flatten.h"

#include "core/graph/column_ports.h"
#include "core/graph/flat_calls.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
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
        m_calls = FlatCalls(std::move(start).finish({}).value(), request.phase);
    }

    Result<FlatModel> run()
    {
        if (m_request.part == Part::Pipeline || m_request.part == Part::Model) {
            LB_TRY(between, boundaries(m_document));
            m_between = std::move(between);
        }
        LB_TRY(ends, endsOfPart());
        const StreamKey path{static_cast<std::uint64_t>(m_document.recipe.seed)};
        Scope scope;
        MadeValues last;
        for (const PortRef& end : ends) {
            LB_TRY(made, reached(end.node, path, scope));
            if (end.port < 0 || end.port >= std::ssize(made))
                return missing(m_document.nameOf(end.node), LB_TR("Error", "has no such output"));
            last.push_back(made[static_cast<std::size_t>(end.port)]);
        }
        return std::move(m_calls).finish(m_starts, std::move(last));
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
            return errorWithin(name, std::move(use.error()));
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
                return errorWithin(name, std::move(several.error()));
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
        return m_calls.call(randomGroup(), node, choice, path, choices, name);
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
            return errorWithin(name, std::move(type.error()));
        if (m_request.dropTrainOnly && type.value()->about().trainOnly)
            return MadeValues{inputs.front()};
        return m_calls.call(*type.value(), node, layer, path, inputs, name);
    }

    const Document& m_document;
    const LayerRegistry& m_registry;
    const FlattenRequest& m_request;
    FlatCalls m_calls;
    MadeValues m_starts; ///< parallel to the request's inputs
    std::vector<PortRef> m_between;
};

} // namespace

Result<FlatModel> flattened(const Document& document, const LayerRegistry& registry,
                            const FlattenRequest& request)
{
    return Flattener(document, registry, request).run();
}

} // namespace lb
