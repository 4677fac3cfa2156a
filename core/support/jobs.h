#pragma once

#include <functional>
#include <stop_token>

namespace lb {

/// How far a job is. `total` 0: not known.
struct Progress {
    double done = 0, total = 0;
    double rate = 0; ///< items a second since the start
    double secondsLeft = 0; ///< 0 until it can be told
};

/// What a job is given: a way to be stopped and somebody to tell. Any thread.
struct JobContext {
    std::stop_token stop;
    std::function<void(const Progress&)> onProgress; ///< empty: nobody listens

    bool stopped() const { return stop.stop_requested(); }
    void report(double done, double total) const
    {
        if (onProgress)
            onProgress({done, total, 0, 0});
    }
};

} // namespace lb
