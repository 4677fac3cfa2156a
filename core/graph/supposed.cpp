#include "core/graph/supposed.h"

#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/groups.h"
#include "core/layers/columns_layer.h"
#include "core/tensor/dispatch.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::int64_t kLargestRow = 1 << 20; // elements; what learns words has few

bool leavesSizeOpen(const std::vector<Spec>& outputs)
{
    return std::ranges::any_of(outputs, [](const Spec& spec) {
        return spec.shape.size() > 1
            && std::ranges::count(std::span(spec.shape).subspan(1), kUnknown) > 0;
    });
}

std::optional<Tensor> madeUpRow(const Spec& spec)
{
    Shape shape = spec.shape;
    std::int64_t count = 1;
    for (std::int64_t& size : shape) {
        size = size == kUnknown ? 1 : size;
        if (size > kLargestRow || (count *= size) > kLargestRow)
            return {};
    }
    return dispatchAny(spec.dtype, [&]<typename T>(const T&) {
        return Tensor::make<T>(shape, [](std::span<T> out) {
            if constexpr (std::is_same_v<T, std::string>)
                std::ranges::fill(out, "a");
        });
    });
}

std::vector<Spec> specsInto(const Node& node, const LayerDef& layer, const LayerRegistry& registry,
                            const Analysis& analysis)
{
    std::vector<Spec> specs;
    for (const PortWire& wire : portWires(node, &layer, registry)) {
        const Spec* spec = wire.wire ? analysis.spec(*wire.wire) : nullptr;
        if (!spec)
            return {};
        specs.push_back(*spec);
    }
    return specs;
}

bool isRefusal(const Problem& problem)
{
    return problem.code == "refused";
}

/// The nearest layer that leads to `node` and has learned in `supposed` only.
std::string waitsFor(const Document& document, const Document& supposed, NodeId node)
{
    for (const NodeId id : groups::upstream(document, node)) {
        const LayerDef* layer = document.layerOf(id);
        const LayerDef* then = layer ? supposed.layer(layer->id) : nullptr;
        if (then && then->adapted && !layer->adapted)
            return document.nameOf(id);
    }
    return {};
}

/// `document` with a supposed state in each layer that has not learned, whose inputs `analysis` knows
/// and that leaves a size open until then. Nothing if there is no such layer.
std::optional<Document> supposedlyLearned(const Document& document, const LayerRegistry& registry,
                                          const Analysis& analysis)
{
    std::optional<Document> supposed;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes) {
            const auto facts = analysis.nodes.find(node->id);
            const LayerDef* layer = document.layerOf(node->id);
            if (!layer || layer->adapted || facts == analysis.nodes.end()
                || !facts->second.needsAdapt || !leavesSizeOpen(facts->second.outputs))
                continue;
            const auto type = registry.find(layer->kerasClass);
            if (!type.ok())
                continue;
            StateHandle state = supposedState(*type.value(), layer->config,
                                              specsInto(*node, *layer, registry, analysis));
            if (!state)
                continue;
            auto with = edits::setAdapted(supposed ? *supposed : document, layer->id, state);
            if (with.ok())
                supposed = std::move(with.value());
        }
    return supposed;
}

} // namespace

StateHandle supposedState(const LayerType& type, const Config& config,
                          std::span<const Spec> inputs)
{
    const auto* learner = dynamic_cast<const AdaptableLayerType*>(&type);
    if (!learner || inputs.empty() || !learner->needsState(config))
        return nullptr;
    std::vector<Tensor> rows;
    for (const Spec& spec : inputs) {
        auto row = madeUpRow(spec);
        if (!row)
            return nullptr;
        rows.push_back(std::move(*row));
    }
    const auto* columns = dynamic_cast<const ColumnsLayerType*>(learner);
    const auto seen = columns ? columns->summarise(config, std::span<const Tensor>(rows))
                              : learner->summarise(config, rows.front());
    if (!seen.ok())
        return nullptr;
    const auto sum = learner->fold(config, nullptr, seen.value());
    auto state = sum.ok() ? learner->finish(config, sum.value()) : Result<StateHandle>(nullptr);
    return state.ok() ? std::move(state.value()) : nullptr;
}

void tellWaiting(const Document& document, const LayerRegistry& registry, Analysis& analysis,
                 const std::function<Analysis(const Document&)>& walk)
{
    if (std::ranges::none_of(analysis.problems, isRefusal))
        return;
    constexpr int kMostInARow = 8; // layers that learn, each behind the one before
    Document supposed = document;
    std::optional<Analysis> then;
    for (int round = 0; round < kMostInARow; ++round) {
        auto next = supposedlyLearned(supposed, registry, then ? *then : analysis);
        if (!next)
            break;
        supposed = std::move(*next);
        then = walk(supposed);
    }
    for (Problem& problem : analysis.problems) {
        if (!then || !isRefusal(problem) || !then->spec({problem.node, 0}))
            continue;
        const std::string layer = waitsFor(document, supposed, problem.node);
        if (layer.empty())
            continue;
        problem.severity = Severity::Hint;
        problem.code = "waits_for_adapt";
        problem.message = {LB_TR("Problem", "waits until %1 has learned from the data, which tells "
                                            "the size of what comes"),
                           {layer}};
    }
}

} // namespace lb
