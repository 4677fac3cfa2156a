#include "core/graph/flat_calls.h"

#include "core/graph/flat_weights.h"
#include "core/layers/described.h"
#include "core/layers/dtype_policy.h"
#include "core/layers/random_group.h"

#include <set>

namespace lb {
namespace {

/// A layer with a seed of its own draws the same wherever the project's seed goes.
StreamKey pathOf(const LayerDef& layer, const Node& node, StreamKey path)
{
    const Config* seed = layer.config.find("seed");
    const auto* own = seed ? seed->as<std::int64_t>() : nullptr;
    return own ? StreamKey{static_cast<std::uint64_t>(*own)}.child(
               static_cast<std::uint64_t>(node.id.value))
               : path;
}

} // namespace

Error errorWithin(const std::string& name, Error error)
{
    error.where = error.where.empty() ? name : name + "/" + error.where;
    return error;
}

Result<MadeValues> FlatCalls::call(const LayerType& type, const Node& node, const LayerDef& layer,
                                   StreamKey path, const MadeValues& inputs,
                                   const std::string& name)
{
    if (Result<> policy = checkProjectPolicy(type, layer.config); !policy.ok())
        return errorWithin(name, std::move(policy.error()));
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
        outputs = calledWith(annotations, type, layer, values.front(), call);
    if (!outputs) {
        Emitter emitter(std::move(m_graph), values, m_phase, origin);
        auto graph = finished(type, layer.config, layer.adapted, std::move(emitter),
                              &outputs.emplace());
        if (!graph.ok())
            return errorWithin(name, std::move(graph.error()));
        m_graph = std::move(graph.value());
        if (&type == &randomGroup())
            call.annotations = chosenWith(inputs, type, layer.config, origin);
        else if (!annotations.empty() && !type.movesAnnotations() && !outputs->empty()
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
std::optional<Outputs> FlatCalls::calledWith(const std::vector<Annotation>& annotations,
                                             const LayerType& type, const LayerDef& layer,
                                             ValueRef images, CallOrigin& call)
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
    Emitter emitter(m_graph, std::move(values), m_phase, static_cast<std::uint32_t>(m_calls.size()));
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

/// What belongs to the samples that a group by chance took, by the same draws; nothing where a branch
/// has lost it or has another number of boxes.
std::vector<Annotation> FlatCalls::chosenWith(const MadeValues& inputs, const LayerType& choice,
                                              const Config& config, std::uint32_t origin)
{
    std::vector<Annotation> result;
    for (const Annotation& first : inputs.front().annotations) {
        std::vector<ValueRef> values;
        for (const Made& input : inputs) {
            const auto found
                = std::ranges::find(input.annotations, first.role, &Annotation::role);
            if (found == input.annotations.end())
                return {};
            values.push_back({found->value});
        }
        const DType dtype = m_graph.nodes[values.back().id].spec.dtype;
        Emitter emitter(m_graph, std::move(values), m_phase, origin);
        const auto chosen = choice.describe(config, nullptr, emitter);
        if (!chosen.ok())
            return {};
        const ValueRef y = emitter.cast(chosen.value().front(), dtype);
        auto graph = std::move(emitter).finish({y});
        if (!graph.ok())
            return {};
        m_graph = std::move(graph.value());
        result.push_back({first.role, y.id});
    }
    return result;
}

bool FlatCalls::samePicture(ValueRef a, ValueRef b) const
{
    const Shape& from = m_graph.nodes[a.id].spec.shape;
    const Shape& to = m_graph.nodes[b.id].spec.shape;
    return from.size() == 4 && to.size() == 4 && from[1] == to[1] && from[2] == to[2];
}

FlatModel FlatCalls::finish(const MadeValues& starts, MadeValues ends) &&
{
    m_graph.outputs.clear();
    for (const Made& end : ends)
        m_graph.outputs.push_back(end.value.id);
    FlatModel model;
    if (!ends.empty()) {
        model.last = ends.front().by;
        model.annotations = std::move(ends.front().annotations);
    }
    model.given = keepReadInputs(starts);
    model.graph = std::move(m_graph);
    model.calls = std::move(m_calls);
    model.weights = std::move(m_weights);
    return model;
}

/// Leaves inputs out that nothing reads. A graph keeps at least one, which says its rows.
std::vector<std::size_t> FlatCalls::keepReadInputs(const MadeValues& starts)
{
    std::set<ValueId> read(m_graph.outputs.begin(), m_graph.outputs.end());
    for (const Made& start : starts) // the Source shows its own, whatever reads them
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

} // namespace lb
