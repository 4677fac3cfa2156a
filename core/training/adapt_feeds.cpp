#include "core/training/adapt_feeds.h"

#include "core/training/plan_work.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::size_t kMostFeeds = 64; // plans that a worker keeps

} // namespace

std::vector<Spec> adaptSpecs(const Source& source, std::span<const std::size_t> reads,
                             std::span<const Tensor> block)
{
    std::vector<Spec> specs;
    for (const Column& column : source.columns()) {
        specs.push_back(batched(column.spec));
        specs.back().range = ValueRange::unknown();
        if (!block.empty())
            specs.back().shape.front() = block.front().shape().front();
    }
    for (std::size_t i = 0; i < block.size(); ++i)
        specs[reads[i]].shape = block[i].shape();
    return specs;
}

Result<Tensor> AdaptFeeds::inputOf(const AdaptInput& from, std::span<const std::size_t> reads,
                                   std::span<const Tensor> block,
                                   std::span<const std::uint64_t> ids)
{
    const auto given = [&](std::size_t column) -> const Tensor& {
        const auto at = std::ranges::lower_bound(reads, column);
        return block[static_cast<std::size_t>(at - reads.begin())];
    };
    if (from.direct)
        return given(static_cast<std::size_t>(from.wire.port));
    const auto key = std::tuple(from.wire.node, from.wire.port, block.front().shape());
    auto found = m_plans.find(key);
    if (found == m_plans.end()) {
        LB_TRY(plan, made(from.wire, adaptSpecs(m_source, reads, block)));
        if (m_plans.size() >= kMostFeeds)
            m_plans.clear();
        found = m_plans.emplace(key, std::move(plan)).first;
    }
    Plan& plan = found->second;
    const std::vector<std::size_t>& columns = plan.model().given;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (Result<> set = plan.setInput(i, given(columns[i])); !set.ok())
            return std::move(set.error());
    if (Result<> ran = plan.run({0, 0, ids}); !ran.ok())
        return std::move(ran.error());
    return plan.value(plan.model().graph.outputs.front());
}

Result<FlatModel> AdaptFeeds::modelOf(const Document& document, const LayerRegistry& registry,
                                      const PortRef& wire, std::vector<Spec> inputs)
{
    return flattened(document, registry,
                     {.part = FlattenRequest::Part::UpTo,
                      .node = wire.node,
                      .port = wire.port,
                      .phase = Phase::Inference,
                      .inputs = std::move(inputs),
                      .dropTrainOnly = true});
}

Result<Plan> AdaptFeeds::made(const PortRef& wire, std::vector<Spec> inputs) const
{
    LB_TRY(model, modelOf(m_document, m_registry, wire, std::move(inputs)));
    LB_TRY(store,
           ParameterStore::initial(model, static_cast<std::uint64_t>(m_document.recipe.seed)));
    return Plan::make(std::move(model), std::make_shared<ParameterStore>(std::move(store)), {});
}

} // namespace lb
