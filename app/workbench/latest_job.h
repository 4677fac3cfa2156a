#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace lb {

/// A thread that runs the newest of the jobs it is given: a new one stops the one before it.
/// A job mails its own result; the destructor stops what runs and waits for it.
class LatestJob {
public:
    using Work = std::function<void(std::stop_token)>;

    LatestJob();
    ~LatestJob();

    void start(Work work);
    void stop(); ///< and forgets what waits
    bool isIdle() const;

private:
    void run(std::stop_token end);

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<Work> m_next;
    std::stop_source m_current;
    bool m_busy = false;
    std::jthread m_thread; ///< last: it uses all of the above
};

} // namespace lb
