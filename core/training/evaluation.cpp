#include "core/training/evaluation.h"

#include "core/data/number_labels.h"

#include <limits>
#include <numeric>

namespace lb {

ModelRequest modelRequest(const LayerRegistry& registry, const Source& source,
                          const InputPipeline& pipeline)
{
    return {&pipeline.document(), &registry, pipeline.outputs(), std::ssize(source.classNames()),
            numberLabels(source) != nullptr};
}

Result<Evaluator> Evaluator::make(const Document& document, const LayerRegistry& registry,
                                  std::shared_ptr<const Source> source,
                                  std::vector<std::int64_t> rows,
                                  std::shared_ptr<ParameterStore> store, const Options& options)
{
    InputOptions input;
    input.phase = Phase::Inference;
    input.workers = options.workers;
    LB_TRY(pipeline, InputPipeline::make(document, registry, source, input));
    Evaluator made;
    made.m_rows = std::move(rows);
    made.m_batchSize = std::max<std::int64_t>(options.batchSize, 1);
    made.m_classes = std::ssize(source->classNames());
    const ModelRequest model = modelRequest(registry, *source, *pipeline);
    std::vector<std::int64_t> sizes;
    if (std::ssize(made.m_rows) >= made.m_batchSize)
        sizes.push_back(made.m_batchSize);
    if (const std::int64_t rest = std::ssize(made.m_rows) % made.m_batchSize; rest > 0)
        sizes.push_back(rest);
    for (const std::int64_t size : sizes) {
        LB_TRY(plan, LossPlan::make(model, Phase::Inference, size, store, options.threads));
        made.m_plans.push_back(std::move(plan));
    }
    made.m_pipeline = std::move(pipeline);
    return made;
}

Result<Evaluation> Evaluator::run(const std::function<bool()>& stopped)
{
    Evaluation result;
    result.classes = m_classes;
    result.confusion.assign(static_cast<std::size_t>(m_classes * m_classes), 0);
    m_pipeline->start({m_rows, m_batchSize, 0, batchCount(rows(), m_batchSize, false), 0});
    Score score;
    while (true) {
        if (stopped())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
        LB_TRY(batch, m_pipeline->next());
        if (!batch)
            break;
        LossPlan& plan
            = *std::ranges::find(m_plans, batch->rows, [](const LossPlan& p) { return p.rows(); });
        plan.forward(*batch, 0);
        if (plan.failure())
            return *plan.failure();
        plan.addTo(score, batch->labels, result.confusion);
    }
    result.rows = score.rows;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    result.loss = score.rows > 0 ? score.meanLoss() : none;
    result.accuracy = score.rows > 0 && m_plans.front().classifies() ? score.accuracy() : none;
    return result;
}

ValidationRows validationRows(const Document& document, std::shared_ptr<const Source> data,
                              std::shared_ptr<const Source> heldOut)
{
    if (!heldOut) {
        const Recipe& recipe = document.recipe;
        auto rows = splitBy(data->size(), recipe.validationFraction,
                            static_cast<std::uint64_t>(recipe.seed))
                        .validation;
        return {std::move(data), std::move(rows)};
    }
    std::vector<std::int64_t> rows(static_cast<std::size_t>(heldOut->size()));
    std::iota(rows.begin(), rows.end(), 0);
    return {std::move(heldOut), std::move(rows)};
}

Result<Evaluation> evaluated(const Document& document, const LayerRegistry& registry,
                             const ValidationRows& on,
                             const std::map<LayerId, std::vector<Tensor>>& weights,
                             const Evaluator::Options& options, const JobContext& job)
{
    InputOptions input;
    input.phase = Phase::Inference;
    LB_TRY(pipeline, InputPipeline::make(document, registry, on.source, input));
    LB_TRY(model,
           LossPlan::describe(modelRequest(registry, *on.source, *pipeline),
                              Phase::Inference, options.batchSize));
    LB_TRY(initial,
           ParameterStore::initial(model, static_cast<std::uint64_t>(document.recipe.seed)));
    auto store = std::make_shared<ParameterStore>(std::move(initial));
    if (Result<> restored = store->restore(weights); !restored.ok())
        return std::move(restored.error());
    LB_TRY(evaluator, Evaluator::make(document, registry, on.source, on.rows, store, options));
    return evaluator.run([&job] { return job.stopped(); });
}

} // namespace lb
