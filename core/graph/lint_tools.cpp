#include "core/graph/lint_tools.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lb {

LintGraph::LintGraph(const LintContext& theContext, const Analysis& theAnalysis)
    : context(theContext)
    , analysis(theAnalysis)
{
}

const LayerDef* LintGraph::layerOf(const Node& node) const
{
    const auto* id = std::get_if<LayerId>(&node.calls);
    return id ? context.document.layer(*id) : nullptr;
}

bool LintGraph::isClass(const Node& node, std::string_view kerasClass) const
{
    const LayerDef* layer = layerOf(node);
    return layer && layer->kerasClass == kerasClass;
}

const PortRef* LintGraph::wire(const Node& node, std::string_view port) const
{
    const auto input = std::ranges::find(node.inputs, port, &Input::port);
    return input == node.inputs.end() ? nullptr : std::get_if<PortRef>(&input->from);
}

const PortRef* LintGraph::firstWire(const Node& node) const
{
    for (const Input& input : node.inputs)
        if (const auto* from = std::get_if<PortRef>(&input.from);
            from && input.port != flow::kLabelPort)
            return from;
    return nullptr;
}

const Spec* LintGraph::inputSpec(const Node& node) const
{
    const PortRef* from = firstWire(node);
    return from ? analysis.spec(*from) : nullptr;
}

std::vector<Spec> LintGraph::inputSpecs(const Node& node) const
{
    std::vector<Spec> specs;
    for (const PortRef& from : flow::dataWires(node)) {
        const Spec* spec = analysis.spec(from);
        if (!spec)
            return {};
        specs.push_back(*spec);
    }
    return specs;
}

Stage LintGraph::stageOf(const Node& node) const
{
    const LayerDef* layer = layerOf(node);
    if (layer && layer->kerasClass == flow::kSource)
        return Stage::Pipeline;
    if (layer && (layer->kerasClass == flow::kBatch || layer->kerasClass == flow::kOutput))
        return Stage::Model;
    return node.stage;
}

std::set<NodeId> LintGraph::upstream(NodeId node) const
{
    const std::vector<NodeId> nodes = groups::upstream(context.document, node);
    return {nodes.begin(), nodes.end()};
}

const Analysis& LintGraph::atInference() const
{
    if (!m_atInference)
        m_atInference
            = analysed(context.document, context.facts, context.registry, Phase::Inference);
    return *m_atInference;
}

bool LintGraph::behindWeights(NodeId node) const
{
    if (!m_behindWeights) {
        std::vector<NodeId> trained;
        for (const auto& [id, facts] : analysis.nodes)
            if (facts.trainable > 0)
                trained.push_back(id);
        m_behindWeights = groups::downstream(context.document, trained);
    }
    return m_behindWeights->contains(node);
}

NodeId LintGraph::outermost(NodeId node) const
{
    const auto calls = groups::callers(context.document, node);
    return calls && !calls->empty() ? calls->front()->id : node;
}

const Node* LintGraph::nearestLoose(const Node& node) const
{
    const Body* body = context.document.bodyOf(node.id);
    if (!body)
        return nullptr;
    std::set<NodeId> taken;
    for (const auto& other : body->nodes)
        for (const Input& input : other->inputs)
            if (const auto* from = std::get_if<PortRef>(&input.from); from && from->port == 0)
                taken.insert(from->node);
    const Node* nearest = nullptr;
    double least = 0;
    for (const auto& other : body->nodes) {
        if (other->id == node.id || taken.contains(other->id) || isClass(*other, flow::kOutput)
            || upstream(other->id).contains(node.id))
            continue;
        const double distance = std::hypot(other->at.x - node.at.x, other->at.y - node.at.y)
            + (other->at.x > node.at.x ? 1e6 : 0);
        if (!nearest || distance < least) {
            nearest = other.get();
            least = distance;
        }
    }
    return nearest;
}

std::string numberText(double value)
{
    std::array<char, 32> buffer{};
    const double rounded = std::round(value * 1e4) / 1e4;
    const double shown = rounded == 0 ? value : rounded;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), shown,
                                   std::chars_format::general, 4);
    return {buffer.data(), end.ptr};
}

std::string rangeText(const ValueRange& range)
{
    return numberText(range.least) + ".." + numberText(range.most);
}

std::string countText(std::int64_t count)
{
    std::string digits = std::to_string(count);
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > (count < 0 ? 1 : 0); at -= 3)
        digits.insert(digits.begin() + at, ',');
    return digits;
}

double magnitude(const ValueRange& range)
{
    return std::max(std::abs(range.least), std::abs(range.most));
}

std::string dimsText(const Shape& shape)
{
    std::string text;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += i ? "×" : "";
        if (shape[i] == kUnknown)
            text += i ? "?" : "B";
        else
            text += std::to_string(shape[i]);
    }
    return text.empty() ? "1" : text;
}

} // namespace lb
