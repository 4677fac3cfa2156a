#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace lb {

/// How far a job is. `total` 0: not known.
struct Progress {
    double done = 0, total = 0;
    double rate = 0; ///< items a second since the start; 0 until it can be told
    double secondsLeft = 0; ///< at that rate; 0 until it can be told
};

/// What a job is given: a way to be stopped and somebody to tell. Any thread.
struct JobContext {
    using Clock = std::chrono::steady_clock; ///< the wall clock may be set back meanwhile

    std::stop_token stop = {};
    std::function<void(const Progress&)> onProgress = {}; ///< empty: nobody listens
    Clock::time_point begin = Clock::now();

    bool stopped() const { return stop.stop_requested(); }
    /// Tells how many items are done of how many (0: not known).
    void report(double done, double total, Clock::time_point now = Clock::now()) const;
};

} // namespace lb
