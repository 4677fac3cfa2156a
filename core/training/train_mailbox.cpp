#include "core/training/train_mailbox.h"

namespace lb {
namespace {

constexpr std::size_t kStepsAtHand = 4'096; // a busy window leaves so many unread

} // namespace

TrainMailbox::TrainMailbox(std::function<void()> onMail)
    : m_onMail(std::move(onMail))
{
    m_series.steps.reserve(kStepsAtHand);
}

TrainMail TrainMailbox::take()
{
    const std::lock_guard lock(m_mutex);
    TrainMail mail;
    if (!m_full)
        return mail;
    m_full = false;
    mail.snapshot = m_snapshot;
    mail.steps = m_series.steps; // a copy: the mailbox keeps its room
    m_series.steps.clear();
    mail.epochs = std::exchange(m_series.epochs, {});
    mail.learned = std::exchange(m_series.learned, {});
    mail.checkpoint = std::exchange(m_series.checkpoint, std::nullopt);
    return mail;
}

void TrainMailbox::clear()
{
    const std::lock_guard lock(m_mutex);
    m_snapshot = {};
    m_series.steps.clear();
    m_series.epochs.clear();
    m_series.learned.clear();
    m_series.checkpoint.reset();
    m_full = false;
}

void TrainCommands::pause()
{
    const std::lock_guard lock(m_mutex);
    m_paused = true;
}

void TrainCommands::resume()
{
    const std::lock_guard lock(m_mutex);
    m_paused = false;
    m_steps = 0;
    m_changed.notify_all();
}

void TrainCommands::oneStep()
{
    const std::lock_guard lock(m_mutex);
    if (!m_paused)
        return;
    ++m_steps;
    m_changed.notify_all();
}

void TrainCommands::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stop = true;
    m_changed.notify_all();
}

void TrainCommands::requestCheckpoint()
{
    const std::lock_guard lock(m_mutex);
    m_checkpoint = true;
    m_changed.notify_all();
}

void TrainCommands::clear()
{
    const std::lock_guard lock(m_mutex);
    m_paused = m_stop = m_checkpoint = false;
    m_steps = 0;
}

TrainCommands::Now TrainCommands::next()
{
    const std::lock_guard lock(m_mutex);
    Now now{m_stop, std::exchange(m_checkpoint, false), m_paused};
    if (m_paused && m_steps > 0 && !m_stop && !now.checkpoint) {
        --m_steps;
        now.pause = false;
    }
    return now;
}

void TrainCommands::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_paused || m_stop || m_checkpoint || m_steps > 0; });
}

bool TrainCommands::stopped()
{
    const std::lock_guard lock(m_mutex);
    return m_stop;
}

} // namespace lb
