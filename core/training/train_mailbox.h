#pragma once

#include "core/training/trainer.h"

#include <condition_variable>
#include <mutex>

namespace lb {

/// What the trainer's thread tells its owner. The owner never waits for a step: posting and taking
/// only copy. Posting a step allocates nothing while the owner takes its mail now and then.
class TrainMailbox {
public:
    explicit TrainMailbox(std::function<void()> onMail);

    /// Lets `edit(TrainSnapshot&, TrainMail&)` change the state and append to the series, then
    /// wakes the owner if the mailbox was empty.
    template <typename Edit> void post(Edit&& edit)
    {
        bool wake = false;
        {
            const std::lock_guard lock(m_mutex);
            edit(m_snapshot, m_series);
            wake = !m_full;
            m_full = true;
        }
        if (wake && m_onMail)
            m_onMail();
    }
    TrainMail take();
    void clear(); ///< for another run

private:
    std::function<void()> m_onMail;
    std::mutex m_mutex; // guards what follows
    TrainSnapshot m_snapshot; ///< lives on, so that an edit names only what changed
    TrainMail m_series;
    bool m_full = false;
};

/// What the owner tells the trainer's thread, which looks between steps.
class TrainCommands {
public:
    struct Now {
        bool stop = false, checkpoint = false;
        bool pause = false; ///< wait() for what comes next
    };

    void pause();
    void resume();
    void oneStep();
    void stop();
    void requestCheckpoint();
    void clear();

    /// Before a step. A step that was asked for in a pause is taken off by this.
    Now next();
    void wait(); ///< while paused, until anything is commanded
    bool stopped(); ///< within an evaluation

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_paused = false, m_stop = false, m_checkpoint = false;
    int m_steps = 0;
};

} // namespace lb
