#include "core/graph/analysis_memo.h"

#include "core/layers/dtype_policy.h"
#include "core/support/limits.h"

#include <algorithm>
#include <limits>

namespace lb {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// Elements of a shape whose batch counts as one; 0 if a size is unknown, kMost beyond 64 bits.
std::int64_t boundedCount(const Shape& shape)
{
    std::int64_t count = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const std::int64_t size = i == 0 && shape[i] == kUnknown ? 1 : shape[i];
        if (size == kUnknown)
            return 0;
        if (__builtin_mul_overflow(count, size, &count))
            return kMost;
    }
    return count;
}

std::int64_t boundedSum(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? kMost : sum;
}

/// What an op costs for one sample. Ops multiply sizes without a guard, so larger ones than a
/// memory can hold are not asked.
std::int64_t macsOf(const OpGraph& graph, const OpNode& node)
{
    if (!node.op || !node.op->macs)
        return 0;
    constexpr std::int64_t kHeld = std::int64_t{1} << 31;
    const auto oneSample = [](Spec spec) {
        if (!spec.shape.empty() && spec.shape[0] == kUnknown)
            spec.shape[0] = 1;
        return spec;
    };
    std::vector<Spec> in;
    for (const ValueId id : node.inputs) {
        in.push_back(oneSample(graph.nodes[id].spec));
        const std::int64_t count = boundedCount(in.back().shape);
        if (count <= 0 || count > kHeld)
            return count <= 0 ? 0 : kMost;
    }
    const Spec y = oneSample(node.spec);
    const std::int64_t count = boundedCount(y.shape);
    if (count <= 0 || count > kHeld)
        return count <= 0 ? 0 : kMost;
    return node.op->macs({in, node.args}, y);
}

Result<> addWeights(const OpGraph& graph, CallFacts& facts)
{
    const auto most = static_cast<std::int64_t>(Limits{}.tensorBytes / sizeof(float));
    for (const WeightSpec& weight : graph.weights) {
        const Shape& shape = graph.nodes[weight.value].spec.shape;
        const std::int64_t count = boundedCount(shape);
        if (count > most)
            return Error{
                ErrorCode::TooLarge,
                weight.name,
                {LB_TR("Error", "a weight of shape %1 does not fit into memory"), {text(shape)}}};
        facts.parameters = boundedSum(facts.parameters, count);
        if (weight.trainable)
            facts.trainable = boundedSum(facts.trainable, count);
    }
    return std::monostate{};
}

} // namespace

CallFacts callFacts(const LayerRegistry& registry, std::string_view kerasClass,
                    const Config& config, const StateHandle& state, const std::vector<Spec>& inputs,
                    Phase phase)
{
    CallFacts facts;
    const auto failed = [&](Error error) {
        facts = {};
        facts.error = std::move(error);
        return facts;
    };
    auto type = registry.find(kerasClass);
    if (!type.ok())
        return failed(std::move(type.error()));
    if (Result<> policy = checkProjectPolicy(*type.value(), config); !policy.ok())
        return failed(std::move(policy.error()));
    auto graph = describedBy(*type.value(), config, inputs, phase, state);
    if (!graph.ok())
        return failed(std::move(graph.error()));
    if (Result<> fits = addWeights(graph.value(), facts); !fits.ok())
        return failed(std::move(fits.error()));
    for (const OpNode& node : graph.value().nodes)
        facts.macs = boundedSum(facts.macs, macsOf(graph.value(), node));
    for (const ValueId id : graph.value().outputs)
        facts.outputs.push_back(graph.value().nodes[id].spec);
    return facts;
}

AnalysisMemo::AnalysisMemo()
    : m_impl(std::make_unique<Impl>())
{
}

AnalysisMemo::~AnalysisMemo() = default;

const CallFacts& AnalysisMemo::Impl::of(const LayerRegistry& registry,
                                        const std::shared_ptr<const LayerDef>& layer,
                                        std::vector<Spec> inputs, Phase phase)
{
    const auto [first, last] = entries.equal_range(layer.get());
    for (auto entry = first; entry != last; ++entry)
        if (entry->second.phase == phase && entry->second.inputs == inputs) {
            entry->second.used = round;
            return entry->second.facts;
        }
    ++described;
    Entry entry{layer, inputs, phase, {}, round};
    entry.facts
        = callFacts(registry, layer->kerasClass, layer->config, layer->adapted, inputs, phase);
    return entries.emplace(layer.get(), std::move(entry))->second.facts;
}

void AnalysisMemo::Impl::endRound()
{
    std::erase_if(entries, [this](const auto& entry) { return entry.second.used < round; });
}

} // namespace lb
