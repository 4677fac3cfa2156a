#include "core/training/train_run.h"

#include "core/kernels/elementwise.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double secondsSince(std::chrono::steady_clock::time_point before)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

} // namespace

void TrainRun::run()
{
    const auto safely = [this]() -> Result<End> {
        try {
            if (Result<> prepared = prepare(); !prepared.ok())
                return std::move(prepared.error());
            return train();
        } catch (const std::bad_alloc&) {
            return Error{ErrorCode::TooLarge, "",
                         LB_TR("Error",
                               "there is not enough memory to train; make batches, images or the "
                               "model smaller")};
        } catch (const std::exception& problem) {
            return Error{ErrorCode::Internal,
                         "",
                         {LB_TR("Error", "training failed: %1"), {std::string(problem.what())}}};
        }
    };
    try {
        end(safely());
    } catch (const std::exception& problem) { // no memory for what was learned
        m_mail.post([&](TrainSnapshot& snapshot, TrainMail&) {
            snapshot.state = RunState::Failed;
            snapshot.error
                = Error{ErrorCode::Internal,
                        "",
                        {LB_TR("Error", "training failed: %1"), {std::string(problem.what())}}};
        });
    }
}

Result<TrainRun::End> TrainRun::train()
{
    while (m_epoch < m_job.document.recipe.epochs && !m_enough) {
        LB_TRY(stepped, steps());
        if (stepped == End::Stopped)
            return End::Stopped;
        LB_TRY(ended, endEpoch());
        if (ended == End::Stopped)
            return End::Stopped;
    }
    return End::Done;
}

void TrainRun::startPass(std::int64_t epoch, std::int64_t firstStep)
{
    const Recipe& recipe = m_job.document.recipe;
    m_passEpoch = epoch;
    m_pipeline->start(
        {recipe.shuffle ? shuffled(m_rows, static_cast<std::uint64_t>(recipe.seed), epoch) : m_rows,
         recipe.batchSize, firstStep, m_stepsPerEpoch, static_cast<std::uint32_t>(epoch)});
}

Result<TrainRun::End> TrainRun::steps()
{
    if (m_passEpoch != m_epoch && m_step < m_stepsPerEpoch)
        startPass(m_epoch, m_step);
    m_before = Clock::now();
    m_lastReport = {}; // the first step of an epoch reports
    while (m_step < m_stepsPerEpoch) {
        if (!goOn())
            return End::Stopped;
        LB_TRY(batch, m_pipeline->next());
        if (!batch)
            return Error{ErrorCode::Internal, "", LB_TR("Error", "the data ended too early")};
        if (Result<> done = step(*batch); !done.ok())
            return std::move(done.error());
    }
    return End::Done;
}

bool TrainRun::goOn()
{
    bool paused = false;
    while (true) {
        const TrainCommands::Now now = m_commands.next();
        if (now.stop)
            return false;
        if (now.checkpoint) {
            Checkpoint saved = checkpoint();
            m_mail.post(
                [&](TrainSnapshot&, TrainMail& mail) { mail.checkpoint = std::move(saved); });
        }
        if (!now.pause) {
            if (paused) {
                m_before = Clock::now(); // a pause is no training time
                m_mail.post([](TrainSnapshot& snapshot, TrainMail&) {
                    snapshot.state = RunState::Running;
                });
            }
            return true;
        }
        if (!paused)
            m_mail.post(
                [](TrainSnapshot& snapshot, TrainMail&) { snapshot.state = RunState::Paused; });
        paused = true;
        m_commands.wait();
    }
}

LossPlan& TrainRun::planFor(std::int64_t rows)
{
    return m_plans[rows == m_plans.front().rows() ? 0 : 1];
}

Result<> TrainRun::step(const InputBatch& batch)
{
    LossPlan& plan = planFor(batch.rows);
    plan.forward(batch, static_cast<std::uint32_t>(m_epoch));
    if (plan.failure())
        return *plan.failure();
    if (!std::isfinite(plan.loss()))
        return diverged(plan, batch);
    plan.plan().backward();
    if (!plan.gradientsFinite()) // before they reach a weight: those stay usable
        return diverged(plan, batch);
    m_optimizer->step(plan.updates());
    m_store->changed();
    plan.plan().applyAssigns();
    Score one;
    plan.addTo(one, batch.labels, {});
    m_score.loss += one.loss;
    m_score.correct += one.correct;
    m_score.rows += one.rows;
    ++m_step;
    m_timedRows += one.rows;
    m_seconds += secondsSince(m_before);
    m_before = Clock::now();
    postStep(one);
    return std::monostate{};
}

Error TrainRun::diverged(LossPlan& plan, const InputBatch& batch)
{
    const std::int64_t step = m_epoch * m_stepsPerEpoch + m_step;
    const auto finite = [&](std::size_t row) {
        return std::ranges::all_of(batch.x, [&](std::span<const float> x) {
            const std::size_t each = x.size() / static_cast<std::size_t>(batch.rows);
            return kernels::allFinite(x.subspan(row * each, each));
        });
    };
    for (std::size_t row = 0; row < batch.sampleIds.size(); ++row)
        if (!finite(row))
            return Error{ErrorCode::Diverged,
                         m_job.data->nameOf(static_cast<std::int64_t>(batch.sampleIds[row])),
                         {LB_TR("Error",
                                "step %1: the data hold a number that is not finite before they "
                                "reach the model"),
                          {step}}};
    const auto bad = plan.plan().firstNonFinite();
    std::string where = bad ? plan.plan().model().calls.at(bad->call).name : "loss";
    const Text reason = bad && bad->gradient
        ? LB_TR("Error",
                "step %1: a gradient is not finite any more; lower the learning rate or clip the "
                "gradients")
        : LB_TR("Error",
                "step %1: a number is not finite any more; lower the learning rate, or look at "
                "what comes into this layer");
    return {ErrorCode::Diverged, std::move(where), {reason, {step}}};
}

void TrainRun::postStep(const Score& one)
{
    constexpr double reportEach = 0.25; // seconds; times per layer are copied
    const bool report = secondsSince(m_lastReport) > reportEach;
    double filled = 0;
    if (report) {
        m_lastReport = Clock::now();
        m_pipeline->callMs(m_pipelineMs);
        filled = m_pipeline->filled();
    }
    const std::int64_t epochs = m_job.document.recipe.epochs;
    const bool classifies = m_plans.front().classifies();
    m_mail.post([&](TrainSnapshot& snapshot, TrainMail& mail) {
        snapshot.epoch = m_epoch;
        snapshot.step = m_step;
        snapshot.loss = m_score.meanLoss();
        snapshot.accuracy = classifies ? m_score.accuracy() : kNone;
        const double rate = static_cast<double>(m_timedRows) / std::max(m_seconds, 1e-9);
        snapshot.samplesPerSecond = rate;
        const double steps = static_cast<double>((epochs - m_epoch) * m_stepsPerEpoch - m_step);
        snapshot.secondsLeft
            = steps * static_cast<double>(m_plans.front().rows()) / std::max(rate, 1e-9)
            + static_cast<double>(epochs - m_epoch) * m_evaluationSeconds;
        if (report) {
            snapshot.pipelineMs = m_pipelineMs;
            snapshot.prefetched = filled;
        }
        mail.steps.push_back({m_epoch * m_stepsPerEpoch + m_step - 1, one.meanLoss(),
                              classifies ? one.accuracy() : kNone});
    });
}

Result<TrainRun::End> TrainRun::endEpoch()
{
    const Recipe& recipe = m_job.document.recipe;
    if (m_epoch + 1 < recipe.epochs)
        startPass(m_epoch + 1, 0); // its first batches are made while this epoch is judged
    Evaluation evaluation{kNone, kNone, {}, 0, 0};
    if (m_evaluator) {
        const auto before = Clock::now();
        auto judged = m_evaluator->run([this] { return m_commands.stopped(); });
        if (!judged.ok() && judged.error().code == ErrorCode::Cancelled)
            return End::Stopped;
        if (!judged.ok())
            return std::move(judged.error());
        evaluation = std::move(judged.value());
        m_evaluationSeconds = secondsSince(before);
        m_seconds += m_evaluationSeconds;
    }
    const bool classifies = m_plans.front().classifies();
    m_history.push_back({m_epoch, m_score.meanLoss(), classifies ? m_score.accuracy() : kNone,
                         evaluation.loss, evaluation.accuracy, m_seconds});
    auto weights = std::make_shared<const Weights>(m_store->snapshot());
    m_enough = m_stopping.stopsAfter(m_epoch, m_evaluator ? evaluation.loss : m_score.meanLoss(),
                                     *weights);
    m_mail.post([&](TrainSnapshot& snapshot, TrainMail& mail) {
        if (m_evaluator) {
            snapshot.confusion = std::move(evaluation.confusion);
            snapshot.classes = evaluation.classes;
        }
        mail.epochs.push_back(m_history.back());
        mail.learned.push_back(weights);
        snapshot.weights = std::move(weights);
    });
    ++m_epoch;
    m_step = 0;
    m_score = {};
    m_seconds = 0;
    m_timedRows = 0;
    return End::Done;
}

void TrainRun::end(Result<End> how)
{
    if (!how.ok()) {
        m_mail.post([&](TrainSnapshot& snapshot, TrainMail&) {
            snapshot.state = RunState::Failed;
            snapshot.secondsLeft = 0;
            snapshot.error = std::move(how.error());
        });
        return;
    }
    Checkpoint saved = checkpoint(); // where it stands, whatever weights are handed out
    m_optimizer->finalize(m_plans.front().updates());
    m_store->changed();
    if (!m_stopping.bestWeights().empty())
        if (Result<> best = m_store->restore(m_stopping.bestWeights()); !best.ok())
            return end(std::move(best.error()));
    auto weights = std::make_shared<const Weights>(m_store->snapshot());
    m_mail.post([&](TrainSnapshot& snapshot, TrainMail& mail) {
        snapshot.state = how.value() == End::Done ? RunState::Finished : RunState::Stopped;
        snapshot.epoch = m_epoch;
        snapshot.step = m_step;
        snapshot.secondsLeft = 0;
        snapshot.weights = std::move(weights);
        mail.checkpoint = std::move(saved);
    });
}

} // namespace lb
