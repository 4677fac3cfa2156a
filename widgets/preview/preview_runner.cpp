#include "widgets/preview/preview_runner.h"

namespace lb {
namespace {

constexpr int kInterval = 33; // ms: 30 Hz

} // namespace

PreviewRunner::PreviewRunner(const LayerRegistry& registry, QObject* parent)
    : QObject(parent)
    , m_worker(registry, [this] {
        QMetaObject::invokeMethod(
            this, [this] { deliver(); }, Qt::QueuedConnection);
    })
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer); // a coarse one comes early
    connect(&m_timer, &QTimer::timeout, this, &PreviewRunner::passWhenDue);
}

PreviewRunner::~PreviewRunner() = default;

void PreviewRunner::want(std::vector<PreviewTask> tasks)
{
    m_pending = std::move(tasks);
    passWhenDue();
}

bool PreviewRunner::idle() const
{
    return !m_pending && m_worker.idle();
}

/// Asks the clock whoever calls: the timer may have been due before a wish that passed meanwhile.
void PreviewRunner::passWhenDue()
{
    if (!m_pending)
        return;
    const qint64 since = m_since.isValid() ? m_since.elapsed() : kInterval;
    if (since < kInterval) {
        if (!m_timer.isActive())
            m_timer.start(static_cast<int>(kInterval - since));
        return;
    }
    ++m_passed;
    m_since.start();
    m_worker.want(*std::exchange(m_pending, std::nullopt));
}

void PreviewRunner::deliver()
{
    const std::vector<PreviewResultHandle> results = m_worker.take();
    if (!results.empty())
        Q_EMIT ready(results);
}

} // namespace lb
