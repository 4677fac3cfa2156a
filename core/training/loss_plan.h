#pragma once

#include "core/training/input_pipeline.h"
#include "core/training/losses.h"
#include "core/training/optimizers.h"
#include "core/training/plan.h"

namespace lb {

/// What a model is asked for: the project, the numbers that come to it and the classes of its
/// labels. Everything outlives the plans.
struct ModelRequest {
    const Document* document = nullptr;
    const LayerRegistry* registry = nullptr;
    std::vector<Spec> inputs; ///< of the model, batch in front: any
    std::int64_t classes = 0; ///< of the source
    bool numbers = false; ///< its labels are numbers to estimate
};

/// How far predictions are right: correct rows, and which class was taken for which.
struct Score {
    double loss = 0; ///< sum over rows
    std::int64_t correct = 0, rows = 0;

    double meanLoss() const { return loss / static_cast<double>(rows); }
    double accuracy() const { return static_cast<double>(correct) / static_cast<double>(rows); }
};

/// A plan of the model with the recipe's loss behind it, for a fixed number of rows.
/// Inputs: the model's, then what should come out; outputs 0 the mean loss, 1 the prediction, and 2
/// the labels where layers mix them (mixedLabels()), which a loss of class numbers cannot take.
/// Class numbers become one-hot rows where the loss wants those, numbers where it wants one.
class LossPlan {
public:
    /// Errors: those of flattened() and Plan::make(); BadShape where the prediction is not one row
    /// a sample or has fewer classes than the labels; BadParameter (the loss is not known, or wants
    /// classes where the labels are numbers).
    static Result<FlatModel> describe(const ModelRequest& request, Phase phase, std::int64_t rows);
    static Result<LossPlan> make(const ModelRequest& request, Phase phase, std::int64_t rows,
                                 std::shared_ptr<ParameterStore> store, int threads);

    Plan& plan() { return m_plan; }
    std::int64_t rows() const { return m_plan.batch(); }
    /// Copies a batch of rows() rows in and runs forward.
    void forward(const InputBatch& batch, std::uint32_t epoch);
    const std::optional<Error>& failure() const { return m_plan.failure(); } ///< of forward()
    double loss() const; ///< of the last forward, with what layers add to it
    /// Adds the last forward to `score`, and to `confusion` (classes x classes) unless empty.
    void addTo(Score& score, std::span<const std::int64_t> labels,
               std::span<std::int64_t> confusion);
    /// The trainable weights with their gradients of the last backward(), as the optimizer of the
    /// store wants them. Where they lie stays the same.
    std::span<const Optimizer::Update> updates() const { return m_updates; }
    bool gradientsFinite() const;
    bool classifies() const { return m_classifies; } ///< else rows are neither right nor wrong

private:
    LossPlan(Plan plan, ParameterStore& store, LossKind kind);
    std::int64_t correctOfMixed();

    Plan m_plan;
    LossKind m_kind;
    std::int64_t m_columns = 1; ///< of the prediction
    bool m_classifies = true;
    std::vector<std::int64_t> m_predicted;
    std::vector<Optimizer::Update> m_updates;
};

} // namespace lb
