#pragma once

#include "core/training/trainer.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace lb::test {

/// Owns a trainer as a window does: woken by mail, takes it, keeps every series.
class Owner {
public:
    std::vector<StepPoint> steps;
    std::vector<EpochPoint> epochs;
    TrainSnapshot now;
    std::optional<Checkpoint> checkpoint;
    std::function<void()> onTrainersThread; ///< with each mail

    /// Takes mail until `done()` holds; false after two minutes without.
    template <typename Done> bool until(Done&& done)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (!done()) {
            std::unique_lock lock(m_mutex);
            if (!m_woken.wait_until(lock, end, [this] { return m_mail; }))
                return false;
            m_mail = false;
            lock.unlock();
            take();
        }
        return true;
    }
    bool untilEnd()
    {
        return until([this] { return ended(); });
    }
    bool untilPaused()
    {
        return until([this] { return now.state == RunState::Paused || ended(); })
            && now.state == RunState::Paused;
    }
    bool ended() const
    {
        return now.state == RunState::Finished || now.state == RunState::Stopped
            || now.state == RunState::Failed;
    }
    /// In a pause: one more step, and paused again.
    bool oneStep()
    {
        const std::size_t before = steps.size();
        trainer.oneStep();
        return until(
            [&] { return ended() || (steps.size() > before && now.state == RunState::Paused); });
    }
    void take()
    {
        TrainMail mail = trainer.take();
        steps.insert(steps.end(), mail.steps.begin(), mail.steps.end());
        epochs.insert(epochs.end(), mail.epochs.begin(), mail.epochs.end());
        if (mail.snapshot)
            now = std::move(*mail.snapshot);
        if (mail.checkpoint)
            checkpoint = std::move(mail.checkpoint);
    }

private:
    void woken()
    {
        if (onTrainersThread)
            onTrainersThread();
        const std::lock_guard lock(m_mutex);
        m_mail = true;
        m_woken.notify_one();
    }

    std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_mail = false;

public:
    Trainer trainer{[this] { woken(); }}; ///< last: it ends before the rest goes
};

} // namespace lb::test
