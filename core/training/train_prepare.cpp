#include "core/graph/json_fields.h"
#include "core/training/adapt.h"
#include "core/training/train_run.h"

#include <algorithm>

namespace lb {

TrainRun::TrainRun(TrainJob job, TrainMailbox& mail, TrainCommands& commands)
    : m_job(std::move(job))
    , m_mail(mail)
    , m_commands(commands)
    , m_stopping(m_job.document.recipe)
{
}

Result<> TrainRun::prepare()
{
    const Recipe& recipe = m_job.document.recipe;
    m_mail.post([&](TrainSnapshot& snapshot, TrainMail&) {
        snapshot.state = RunState::Preparing;
        snapshot.epochs = recipe.epochs;
    });
    if (Result<> fine = checkDocument(); !fine.ok())
        return fine;
    if (recipe.epochs < 0)
        return Error{ErrorCode::BadParameter,
                     "epochs",
                     {LB_TR("Error", "must be at least 0, is: %1"), {recipe.epochs}}};
    if (recipe.batchSize < 1)
        return Error{ErrorCode::BadParameter,
                     "batch_size",
                     {LB_TR("Error", "must be at least 1, is: %1"), {recipe.batchSize}}};
    if (m_job.resume)
        if (const Config* threads = m_job.resume->extra.find("threads"))
            if (const auto* count = threads->as<std::int64_t>(); count && *count >= 1)
                m_job.threads = static_cast<int>(std::min<std::int64_t>(*count, 1'024));
    m_rows = trainingRows(*m_job.data, recipe, m_job.validation != nullptr);
    m_stepsPerEpoch = batchCount(std::ssize(m_rows), recipe.batchSize, recipe.dropRemainder);
    if (recipe.stepsPerEpoch > 0)
        m_stepsPerEpoch = std::min(m_stepsPerEpoch, recipe.stepsPerEpoch);
    if (m_stepsPerEpoch == 0)
        return Error{ErrorCode::NotFound,
                     "",
                     {LB_TR("Error",
                            "there is no batch to train on: %1 rows are left for training, a "
                            "batch has %2"),
                      {std::ssize(m_rows), recipe.batchSize}}};
    if (Result<> done = preparePlans(); !done.ok())
        return done;
    if (m_job.resume)
        if (Result<> done = restore(*m_job.resume); !done.ok())
            return done;
    m_job.resume.reset(); // its memory is not needed any more
    m_mail.post([&](TrainSnapshot& snapshot, TrainMail&) {
        snapshot.state = RunState::Running;
        snapshot.epoch = m_epoch;
        snapshot.step = m_step;
        snapshot.steps = m_stepsPerEpoch;
    });
    return std::monostate{};
}

/// The analysis says best what is wrong with a project.
Result<> TrainRun::checkDocument() const
{
    const Document& document = m_job.document;
    const Facts facts = factsOf(*m_job.data, document.recipe, m_job.validation.get());
    for (const Problem& problem :
         analysed(document, facts, *m_job.registry, Phase::Training).problems)
        if (problem.severity == Severity::Error) {
            std::string where = document.nameOf(problem.node);
            if (!problem.param.empty())
                where += (where.empty() ? "" : "/") + problem.param;
            return Error{ErrorCode::BadParameter, std::move(where), problem.message};
        }
    return std::monostate{};
}

Result<> TrainRun::preparePlans()
{
    const Document& document = m_job.document;
    const Recipe& recipe = document.recipe;
    InputOptions input;
    input.workers = m_job.workers;
    LB_TRY(pipeline, InputPipeline::make(document, *m_job.registry, m_job.data, input));
    m_pipeline = std::move(pipeline);
    const ModelRequest request = modelRequest(*m_job.registry, *m_job.data, *m_pipeline);
    const std::int64_t full = std::min(recipe.batchSize, std::ssize(m_rows));
    LB_TRY(model, LossPlan::describe(request, Phase::Training, full));
    LB_TRY(store, ParameterStore::initial(model, static_cast<std::uint64_t>(recipe.seed)));
    m_store = std::make_shared<ParameterStore>(std::move(store));
    std::vector<std::int64_t> sizes{full};
    const std::int64_t rest = std::ssize(m_rows) - (m_stepsPerEpoch - 1) * recipe.batchSize;
    if (rest < full)
        sizes.push_back(rest);
    for (const std::int64_t size : sizes) {
        LB_TRY(plan, LossPlan::make(request, Phase::Training, size, m_store, m_job.threads));
        m_plans.push_back(std::move(plan));
    }
    LB_TRY(optimizer, Optimizer::make(recipe.optimizer));
    optimizer.build(*m_store);
    m_optimizer.emplace(std::move(optimizer));
    ValidationRows on = validationRows(document, m_job.data, m_job.validation);
    if (on.rows.empty())
        return std::monostate{};
    LB_TRY(evaluator,
           Evaluator::make(document, *m_job.registry, std::move(on.source), std::move(on.rows),
                           m_store, {recipe.batchSize, m_job.threads, m_job.workers}));
    m_evaluator.emplace(std::move(evaluator));
    return std::monostate{};
}

Result<> TrainRun::restore(const Checkpoint& checkpoint)
{
    if (Result<> done = m_store->restore(checkpoint.weights); !done.ok())
        return done;
    if (!checkpoint.optimizerSlots.empty())
        if (Result<> done = m_optimizer->restore(checkpoint.iterations, checkpoint.optimizerSlots);
            !done.ok())
            return done;
    m_epoch = checkpoint.epoch;
    m_step = std::min(checkpoint.step, m_stepsPerEpoch);
    m_history = checkpoint.history;
    Config stopping;
    Fields fields(checkpoint.extra, "checkpoint/extra/");
    fields.read("loss_sum", m_score.loss);
    fields.read("correct", m_score.correct);
    fields.read("rows", m_score.rows);
    fields.read("seconds", m_seconds);
    fields.read("early_stopping", stopping);
    Config foreign;
    if (Result<> done = fields.done(foreign); !done.ok())
        return done;
    return stopping.isNull() ? Result<>(std::monostate{})
                             : m_stopping.restore(stopping, checkpoint.best);
}

Checkpoint TrainRun::checkpoint()
{
    Checkpoint result;
    result.epoch = m_epoch;
    result.step = m_step;
    result.weights = m_store->snapshot();
    result.optimizerSlots = m_optimizer->slotValues();
    result.iterations = m_optimizer->iterations();
    result.history = m_history;
    result.best = m_stopping.bestWeights();
    result.extra
        = ConfigObject{{"threads", m_job.threads},   {"loss_sum", m_score.loss},
                       {"correct", m_score.correct}, {"rows", m_score.rows},
                       {"seconds", m_seconds},       {"early_stopping", m_stopping.state()}};
    return result;
}

} // namespace lb
