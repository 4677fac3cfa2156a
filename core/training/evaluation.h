#pragma once

#include "core/support/jobs.h"
#include "core/training/loss_plan.h"

#include <map>

namespace lb {

/// How a model does on rows that it did not learn from.
struct Evaluation {
    double loss = 0, accuracy = 0; ///< means over the rows; accuracy NaN if there are no classes
    std::vector<std::int64_t> confusion; ///< classes x classes (rows: true)
    std::int64_t classes = 0, rows = 0;
};

/// Runs a model at inference over a split, again and again over the same store: a pipeline and
/// plans of its own. Used by one thread.
class Evaluator {
public:
    struct Options {
        std::int64_t batchSize = 32;
        int threads = 1, workers = 1;
    };
    /// `document`, `registry` outlive it. Errors: those of InputPipeline::make() and LossPlan.
    static Result<Evaluator> make(const Document& document, const LayerRegistry& registry,
                                  std::shared_ptr<const Source> source,
                                  std::vector<std::int64_t> rows,
                                  std::shared_ptr<ParameterStore> store, const Options& options);

    /// A pass over all rows, in order. `stopped` is asked between batches.
    /// Errors: those of the pipeline; Cancelled.
    Result<Evaluation> run(const std::function<bool()>& stopped);
    std::int64_t rows() const { return std::ssize(m_rows); }

private:
    Evaluator() = default;

    std::unique_ptr<InputPipeline> m_pipeline;
    std::vector<std::int64_t> m_rows;
    std::int64_t m_batchSize = 0, m_classes = 0;
    std::vector<LossPlan> m_plans; ///< for full batches, and for a short last one
};

/// The validation rows of a project: of `heldOut` where that is given, else the recipe's split.
struct ValidationRows {
    std::shared_ptr<const Source> source;
    std::vector<std::int64_t> rows;
};
ValidationRows validationRows(const Document& document, std::shared_ptr<const Source> data,
                              std::shared_ptr<const Source> heldOut);

/// One evaluation from weights that somebody kept. Missing ones are the seeded initial ones.
/// Errors: as above, and BadShape where a weight does not fit.
Result<Evaluation> evaluated(const Document& document, const LayerRegistry& registry,
                             const ValidationRows& on,
                             const std::map<LayerId, std::vector<Tensor>>& weights,
                             const Evaluator::Options& options, const JobContext& job = {});

/// The model that the pipeline feeds, for the classes of `source`. The pipeline outlives it.
ModelRequest modelRequest(const LayerRegistry& registry, const Source& source,
                          const InputPipeline& pipeline);

} // namespace lb
