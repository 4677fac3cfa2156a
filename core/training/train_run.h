#pragma once

#include "core/training/early_stopping.h"
#include "core/training/evaluation.h"
#include "core/training/train_mailbox.h"

#include <chrono>

namespace lb {

/// One run of a trainer, from its job to the last mail, on the thread that owns oneDNN's team.
/// A step allocates nothing of ours unless a layer of the model draws.
class TrainRun {
public:
    TrainRun(TrainJob job, TrainMailbox& mail, TrainCommands& commands);
    void run(); ///< throws nothing

private:
    using Weights = std::map<LayerId, std::vector<Tensor>>;
    enum class End : std::uint8_t { Done, Stopped };

    // train_prepare.cpp
    Result<> prepare();
    Result<> checkDocument() const;
    Result<> preparePlans();
    Result<> restore(const Checkpoint& checkpoint);
    Checkpoint checkpoint();

    // train_run.cpp
    Result<End> train();
    Result<End> steps(); ///< of the current epoch, from where it stands
    Result<End> endEpoch(); ///< evaluation, early stopping, the epoch's mail
    bool goOn(); ///< between steps: answers commands, waits in a pause; false: stop
    void startPass(std::int64_t epoch, std::int64_t firstStep);
    Result<> step(const InputBatch& batch);
    Error diverged(LossPlan& plan, const InputBatch& batch);
    void postStep(const Score& one);
    void end(Result<End> how);
    LossPlan& planFor(std::int64_t rows);

    TrainJob m_job;
    TrainMailbox& m_mail;
    TrainCommands& m_commands;

    std::vector<std::int64_t> m_rows; ///< that train
    std::unique_ptr<InputPipeline> m_pipeline;
    std::shared_ptr<ParameterStore> m_store;
    std::vector<LossPlan> m_plans; ///< for full batches, and for a short last one
    std::optional<Optimizer> m_optimizer;
    std::optional<Evaluator> m_evaluator;

    std::int64_t m_epoch = 0, m_step = 0, m_stepsPerEpoch = 0;
    std::int64_t m_passEpoch = -1; ///< which the pipeline works on
    Score m_score; ///< of the epoch so far
    std::vector<EpochPoint> m_history;
    EarlyStopping m_stopping;
    bool m_enough = false; ///< early stopping

    using Clock = std::chrono::steady_clock;
    double m_seconds = 0; ///< of the epoch, pauses left out
    std::int64_t m_timedRows = 0; ///< trained in those seconds
    double m_evaluationSeconds = 0; ///< of the last evaluation
    Clock::time_point m_before, m_lastReport;
    std::vector<double> m_pipelineMs;
};

} // namespace lb
