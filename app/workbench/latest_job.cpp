#include "app/workbench/latest_job.h"

namespace lb {

LatestJob::LatestJob()
    : m_thread([this](std::stop_token end) { run(end); })
{
}

LatestJob::~LatestJob()
{
    stop();
    m_thread.request_stop();
    m_thread.join();
}

void LatestJob::start(Work work)
{
    const std::lock_guard guard(m_mutex);
    m_current.request_stop();
    m_next = std::move(work);
    m_changed.notify_all();
}

void LatestJob::stop()
{
    const std::lock_guard guard(m_mutex);
    m_current.request_stop();
    m_next.reset();
}

bool LatestJob::isIdle() const
{
    const std::lock_guard guard(m_mutex);
    return !m_busy && !m_next;
}

void LatestJob::run(std::stop_token end)
{
    std::unique_lock guard(m_mutex);
    while (m_changed.wait(guard, end, [this] { return m_next.has_value(); })) {
        const Work work = std::move(*m_next);
        m_next.reset();
        m_current = std::stop_source();
        m_busy = true;
        const std::stop_token token = m_current.get_token();
        guard.unlock();
        work(token);
        guard.lock();
        m_busy = false;
    }
}

} // namespace lb
