#include "core/graph/analysis.h"

#include "core/graph/analysis_memo.h"
#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/graph/lints.h"
#include "core/graph/supposed.h"
#include "core/graph/unknown_layer.h"
#include "core/layers/dtype_policy.h"
#include "core/layers/random_group.h"
#include "core/layers/random_layer.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

namespace lb {
namespace {

Spec inBatch(Spec spec)
{
    spec.shape.insert(spec.shape.begin(), kUnknown);
    return spec;
}

Spec labelSpec(const Facts& facts)
{
    const auto classes = static_cast<double>(facts.classNames.size());
    return {DType::Int64,
            {kUnknown},
            classes > 0 ? ValueRange::proven(0, classes - 1) : ValueRange::unknown()};
}

/// Nodes of a body such that a wire's start comes before its end, else by id. Nodes that lie on a
/// circle or behind one are missing.
std::vector<const Node*> inOrder(const Body& body)
{
    std::unordered_map<std::int64_t, std::size_t> indexOf;
    for (std::size_t i = 0; i < body.nodes.size(); ++i)
        indexOf[body.nodes[i]->id.value] = i;
    std::vector<std::size_t> waiting(body.nodes.size(), 0);
    std::vector<std::vector<std::size_t>> next(body.nodes.size());
    for (std::size_t i = 0; i < body.nodes.size(); ++i)
        for (const Input& input : body.nodes[i]->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                if (const auto from = indexOf.find(wire->node.value); from != indexOf.end()) {
                    next[from->second].push_back(i);
                    ++waiting[i];
                }
    std::set<std::size_t> ready;
    for (std::size_t i = 0; i < waiting.size(); ++i)
        if (waiting[i] == 0)
            ready.insert(i);
    std::vector<const Node*> order;
    order.reserve(body.nodes.size());
    while (!ready.empty()) {
        const std::size_t i = *ready.begin();
        ready.erase(ready.begin());
        order.push_back(body.nodes[i].get());
        for (const std::size_t to : next[i])
            if (--waiting[to] == 0)
                ready.insert(to);
    }
    return order;
}

/// Gives every wire its spec; what does not fit becomes a problem without fixes.
class Walk {
public:
    Walk(const Document& document, const Facts& facts, const LayerRegistry& registry, Phase phase,
         AnalysisMemo::Impl& memo)
        : m_document(document)
        , m_facts(facts)
        , m_registry(registry)
        , m_phase(phase)
        , m_memo(memo)
    {
    }

    Analysis run()
    {
        m_memo.beginRound();
        walk(m_document.root(), {}, 0);
        m_memo.endRound();
        return std::move(m_analysis);
    }

private:
    static constexpr int kDeepest = 64;
    using Specs = std::vector<Spec>;

    /// `inputs` are those the body is called on. Empty: something upstream is not known. Nodes
    /// among `alone` take them instead of what their wires bring.
    Specs walk(const Body& body, const Specs& inputs, int depth, const std::set<NodeId>& alone = {})
    {
        const auto order = inOrder(body);
        if (order.size() < body.nodes.size())
            reportCircle(body, order);
        Specs result;
        std::size_t bodyInputs = 0;
        for (const Node* node : order) {
            const LayerDef* layer = layerOf(*node);
            Specs outputs;
            if (layer && layer->kerasClass == flow::kInput) {
                if (bodyInputs < inputs.size())
                    outputs = {inputs[bodyInputs]};
                ++bodyInputs;
            } else {
                m_given = alone.contains(node->id) ? &inputs : nullptr;
                outputs = outputsOf(*node, layer, depth);
            }
            if (layer && layer->kerasClass == flow::kOutput)
                result = outputs;
            m_analysis.nodes[node->id].outputs = std::move(outputs);
        }
        return result;
    }

    const LayerDef* layerOf(const Node& node) const
    {
        const auto* id = std::get_if<LayerId>(&node.calls);
        return id ? m_document.layer(*id) : nullptr;
    }

    std::shared_ptr<const LayerDef> shared(const LayerDef& layer) const
    {
        const auto found = std::ranges::lower_bound(m_document.layers, layer.id, {},
                                                    [](const auto& x) { return x->id; });
        return *found;
    }

    void reportCircle(const Body& body, const std::vector<const Node*>& order)
    {
        std::set<NodeId> done;
        for (const Node* node : order)
            done.insert(node->id);
        for (const auto& node : body.nodes)
            if (!done.contains(node->id)) {
                m_analysis.nodes[node->id];
                problem("cycle", node->id, LB_TR("Problem", "is part of a circle of wires"));
                return; // one is enough to find the others
            }
    }

    void problem(std::string code, NodeId node, Message message, std::string port = {},
                 std::string param = {})
    {
        m_analysis.problems.push_back({Severity::Error,
                                       std::move(code),
                                       node,
                                       std::move(port),
                                       std::move(param),
                                       std::move(message),
                                       {}});
    }

    Specs sourceOutputs(const LayerDef& layer) const
    {
        Specs outputs;
        for (const Column& column : sourceColumns(layer, m_facts))
            outputs.push_back(inBatch(column.spec));
        if (!outputs.empty())
            outputs.push_back(labelSpec(m_facts));
        return outputs;
    }

    Specs outputsOf(const Node& node, const LayerDef* layer, int depth)
    {
        if (layer && layer->kerasClass == flow::kSource)
            return sourceOutputs(*layer);
        const std::optional<Specs> inputs = inputsOf(node, layer);
        if (layer)
            describeFacts(node, *layer, inputs.has_value());
        if (!inputs)
            return {};
        if (node.muted)
            return {inputs->front()};
        if (layer)
            return describe(node, *layer, *inputs);
        return groupOutputs(node, *inputs, depth);
    }

    Specs groupOutputs(const Node& node, const Specs& inputs, int depth)
    {
        const auto* called = std::get_if<BodyId>(&node.calls);
        const Body* body = called ? m_document.body(*called) : nullptr;
        if (!body || depth >= kDeepest) {
            problem("unknown_layer", node.id, LB_TR("Problem", "calls a group that is not there"));
            return {};
        }
        const auto use = groupUse(node.call);
        if (!use.ok())
            refuse(node, use.error());
        if (!use.ok() || use.value() == GroupUse::Always)
            return walk(*body, inputs, depth + 1);
        m_analysis.nodes[node.id].trainOnly = true;
        return chosenOutputs(node, *body, use.value(), inputs, depth);
    }

    /// Of a group that is used by chance.
    Specs chosenOutputs(const Node& node, const Body& body, GroupUse use, const Specs& inputs,
                        int depth)
    {
        Specs choices{inputs.front()};
        if (use == GroupUse::Sometimes) {
            const Specs made = walk(body, inputs, depth + 1);
            choices.insert(choices.end(), made.begin(), made.begin() + !made.empty());
        } else {
            const auto branches = groups::branches(m_document, body);
            std::set<NodeId> alone;
            if (branches.ok())
                for (const groups::Branch& branch : branches.value())
                    if (branch.instead)
                        alone.insert(branch.result.node);
            walk(body, inputs, depth + 1, alone);
            if (!branches.ok()) {
                refuse(node, branches.error());
                return {};
            }
            for (const groups::Branch& branch : branches.value())
                if (const Spec* spec = m_analysis.spec(branch.result))
                    choices.push_back(*spec);
            if (choices.size() != branches.value().size() + 1)
                return {}; // a layer within says why
        }
        if (choices.size() < 2)
            return {};
        const auto graph = describedBy(randomGroup(), node.call, choices, Phase::Training);
        if (!graph.ok()) {
            const auto other = std::ranges::find_if(
                choices, [&](const Spec& spec) { return spec.shape != choices.front().shape; });
            refuse(node, other == choices.end()
                       ? graph.error()
                       : Error{ErrorCode::BadShape,
                               "",
                               {LB_TR("Error",
                                      "is used by chance, so what it gives must have the shape that "
                                      "it takes, %1; is: %2"),
                                {text(choices.front().shape), text(other->shape)}}});
            return {};
        }
        return m_phase == Phase::Training
            ? Specs{graph.value().nodes[graph.value().outputs.front()].spec}
            : Specs{inputs.front()};
    }

    /// The specs that wires bring; nothing if one is missing or not known.
    std::optional<Specs> inputsOf(const Node& node, const LayerDef* layer)
    {
        if (m_given)
            return m_given->empty() ? std::nullopt : std::optional(*std::exchange(m_given, nullptr));
        Specs specs;
        bool known = true;
        std::size_t wires = 0;
        const bool columns = columnsLayer(m_registry, layer);
        for (const auto& [port, wire] : portWires(node, layer, m_registry)) {
            if (!wire) {
                problem("missing_input", node.id,
                        {LB_TR("Problem", "nothing is connected to its column %1"), {port}}, port);
                return {};
            }
            ++wires;
            if (const Spec* spec = m_analysis.spec(*wire))
                specs.push_back(*spec);
            else
                known = false;
        }
        const std::size_t needed = layer && !columns ? inputsNeeded(*layer) : 1;
        if (wires < needed) {
            const Message message = wires == 0
                ? Message(LB_TR("Problem", "nothing is connected to its input"))
                : Message(LB_TR("Problem", "needs %1 inputs, has: %2"),
                          {static_cast<std::int64_t>(needed), static_cast<std::int64_t>(wires)});
            problem("missing_input", node.id, message, needed > 1 ? std::to_string(wires) : "");
            return {};
        }
        if (!known || specs.empty())
            return {};
        return specs;
    }

    /// As many as the least of the layer's own examples has: merge layers take two or more.
    std::size_t inputsNeeded(const LayerDef& layer)
    {
        const auto type = m_registry.find(layer.kerasClass);
        if (!type.ok())
            return 1;
        const auto [entry, isNew] = m_memo.inputsNeeded.try_emplace(type.value(), 1);
        if (isNew) {
            std::size_t least = 99;
            for (const Example& example : type.value()->contractExamples())
                least = std::min(least, example.inputs.size());
            entry->second = least == 99 ? 1 : std::max<std::size_t>(least, 1);
        }
        return entry->second;
    }

    /// What does not depend on the inputs; describing checks the parameters, too.
    void describeFacts(const Node& node, const LayerDef& layer, bool describes)
    {
        NodeFacts& facts = m_analysis.nodes[node.id];
        const auto type = m_registry.find(layer.kerasClass);
        if (!type.ok()) {
            problem("unknown_layer", node.id, unknownLayer(m_registry, layer.kerasClass));
            return;
        }
        facts.trainOnly = type.value()->about().trainOnly;
        if (const auto* adaptable = dynamic_cast<const AdaptableLayerType*>(type.value())) {
            facts.needsAdapt = adaptable->needsState(layer.config);
            facts.adapted = layer.adapted != nullptr;
        }
        if (describes && !node.muted)
            return;
        Result<> checked = type.value()->check(layer.config);
        if (checked.ok())
            checked = checkProjectPolicy(*type.value(), layer.config);
        if (!checked.ok())
            refuse(node, checked.error());
    }

    Specs describe(const Node& node, const LayerDef& layer, Specs inputs)
    {
        if (!m_registry.find(layer.kerasClass).ok() || m_refused.contains(node.id))
            return {}; // said already
        const CallFacts& call = m_memo.of(m_registry, shared(layer), std::move(inputs), m_phase);
        if (call.error) {
            refuse(node, *call.error);
            return {};
        }
        NodeFacts& facts = m_analysis.nodes[node.id];
        facts.parameters = call.parameters;
        facts.trainable = call.trainable;
        facts.macs = call.macs;
        m_analysis.macs += call.macs;
        if (m_counted.insert(layer.id).second) {
            m_analysis.parameters += call.parameters;
            m_analysis.trainable += call.trainable;
        }
        return call.outputs;
    }

    void refuse(const Node& node, const Error& error)
    {
        if (!m_refused.insert(node.id).second)
            return;
        const bool parameter = error.code == ErrorCode::BadParameter || error.where == "dtype";
        const std::string param = parameter ? error.where.substr(0, error.where.find('/')) : "";
        problem(parameter                               ? "bad_parameter"
                    : error.code == ErrorCode::TooLarge ? "too_large"
                                                        : "refused",
                node.id, error.message, "", param);
    }

    const Document& m_document;
    const Facts& m_facts;
    const LayerRegistry& m_registry;
    Phase m_phase;
    AnalysisMemo::Impl& m_memo;
    Analysis m_analysis;
    std::set<NodeId> m_refused;
    std::set<LayerId> m_counted;
    const Specs* m_given = nullptr; ///< what the next node takes, whatever its wires bring
};

} // namespace

bool Analysis::hasErrors() const
{
    return std::ranges::any_of(problems,
                               [](const Problem& p) { return p.severity == Severity::Error; });
}

const Spec* Analysis::spec(PortRef port) const
{
    const auto facts = nodes.find(port.node);
    if (facts == nodes.end() || port.port < 0 || port.port >= std::ssize(facts->second.outputs))
        return nullptr;
    return &facts->second.outputs[static_cast<std::size_t>(port.port)];
}

Analysis analysed(const Document& document, const Facts& facts, const LayerRegistry& registry,
                  Phase phase, AnalysisMemo* memo)
{
    AnalysisMemo own;
    AnalysisMemo::Impl& memory = (memo ? memo : &own)->impl();
    Analysis analysis = Walk(document, facts, registry, phase, memory).run();
    tellWaiting(document, registry, analysis, [&](const Document& supposed) {
        AnalysisMemo once;
        return Walk(supposed, facts, registry, phase, once.impl()).run();
    });
    addLints({document, facts, registry, phase}, analysis);
    return analysis;
}

std::vector<Problem> wireProblems(const Document& document, const Facts& facts,
                                  const LayerRegistry& registry, PortRef from, NodeId to,
                                  std::string_view port)
{
    auto wired = edits::connect(document, from, to, std::string(port));
    if (!wired.ok())
        return {{Severity::Error, "refused", to, std::string(port), "", wired.error().message, {}}};
    const auto key = [](const Problem& p) { return std::pair(p.code, p.param); };
    std::set<std::pair<std::string, std::string>> before;
    for (const Problem& problem : analysed(document, facts, registry).problems)
        if (problem.node == to && problem.code != "refused")
            before.insert(key(problem));
    std::vector<Problem> problems;
    for (Problem& problem : analysed(wired.value(), facts, registry).problems) {
        if (problem.node != to || before.contains(key(problem)) || problem.code == "missing_input"
            || problem.severity == Severity::Hint)
            continue;
        for (Fix& fix : problem.fixes)
            fix.apply = [from, to, name = std::string(port), after = std::move(fix.apply)](
                            const Document& current) -> Result<Document> {
                LB_TRY(connected, edits::connect(current, from, to, name));
                return after(connected);
            };
        problems.push_back(std::move(problem));
    }
    return problems;
}

} // namespace lb
