#include "benchmarks/bench.h"
#include "core/data/sources.h"
#include "core/graph/project_file.h"
#include "core/training/trainer.h"

#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

extern char** environ;

namespace lb::bench {
namespace {

using Clock = std::chrono::steady_clock;

double between(Clock::time_point from, Clock::time_point to)
{
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

Result<Figures> startUp(const Setting& setting)
{
    static_cast<void>(setting);
    bool failed = false;
    const Timing timing = timed(
        [&failed] {
            const std::string program = "/proc/self/exe";
            std::string self = "layerbench-bench", option = "--first-step";
            std::array<char*, 3> arguments{self.data(), option.data(), nullptr};
            pid_t child = 0;
            int status = -1;
            failed
                = posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ)
                    != 0
                || waitpid(child, &status, 0) != child || status != 0 || failed;
        },
        3);
    if (failed)
        return Error{ErrorCode::Internal, "", LB_TR("Error", "the first step failed")};
    return Figures{"s", timing.seconds, false, timing.othersCores};
}

Result<Figures> drawnShapesTo95(const Setting& setting)
{
    constexpr double wanted = 0.95;
    LB_TRY(document, parseProject(builtinTemplates()[0].json, {}));
    const Config& source = document.layerOf(document.source()->id)->config;
    LB_TRY(data, openSource(source, {}));
    LB_TRY(heldOut, openHeldOut(source, {}));
    TrainJob job;
    job.document = document;
    job.data = data;
    job.validation = heldOut;
    job.registry = &setting.registry;
    job.threads = job.workers = setting.cores;

    std::mutex mutex;
    std::condition_variable woken;
    bool mail = false;
    Trainer trainer([&] {
        const std::lock_guard lock(mutex);
        mail = true;
        woken.notify_one();
    });
    std::optional<Clock::time_point> begin;
    std::optional<EpochPoint> reached;
    double seconds = 0;
    TrainSnapshot last;
    const auto run = [&] {
        trainer.start(std::move(job));
        while (!reached && last.state != RunState::Failed && last.state != RunState::Finished) {
            std::unique_lock lock(mutex);
            woken.wait(lock, [&] { return mail; });
            mail = false;
            lock.unlock();
            const TrainMail taken = trainer.take();
            if (taken.snapshot)
                last = *taken.snapshot;
            if (!begin && last.state == RunState::Running)
                begin = Clock::now();
            for (const EpochPoint& epoch : taken.epochs)
                if (!reached && epoch.valAccuracy >= wanted) {
                    reached = epoch;
                    seconds = between(*begin, Clock::now());
                }
        }
        trainer.stop();
        trainer.wait();
    };
    const Timing timing = timed(run, 1, false);
    if (last.error)
        return *last.error;
    if (!reached)
        return Error{ErrorCode::Diverged,
                     "",
                     {LB_TR("Error", "%1 epochs did not reach 95 %"), {last.epochs}}};
    return Figures{"s",
                   {seconds},
                   false,
                   timing.othersCores,
                   {{"images", data->size()},
                    {"epochs", reached->epoch + 1},
                    {"accuracy", reached->valAccuracy}}};
}

} // namespace lb::bench
