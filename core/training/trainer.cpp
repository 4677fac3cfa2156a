#include "core/training/trainer.h"

#include "core/training/train_mailbox.h"
#include "core/training/train_run.h"

#include <thread>

namespace lb {

struct Trainer::Impl {
    explicit Impl(std::function<void()> onMail)
        : mail(std::move(onMail))
    {
    }
    ~Impl() { end(); }
    void end()
    {
        commands.stop();
        if (thread.joinable())
            thread.join();
    }

    TrainMailbox mail;
    TrainCommands commands;
    std::thread thread;
};

Trainer::Trainer(std::function<void()> onMail)
    : m_impl(std::make_unique<Impl>(std::move(onMail)))
{
}

Trainer::~Trainer() = default;

void Trainer::start(TrainJob job)
{
    m_impl->end();
    m_impl->commands.clear();
    m_impl->mail.clear();
    if (job.paused)
        m_impl->commands.pause();
    m_impl->thread = std::thread([this, run = std::move(job)]() mutable {
        TrainRun(std::move(run), m_impl->mail, m_impl->commands).run();
    });
}

void Trainer::pause()
{
    m_impl->commands.pause();
}

void Trainer::resume()
{
    m_impl->commands.resume();
}

void Trainer::oneStep()
{
    m_impl->commands.oneStep();
}

void Trainer::stop()
{
    m_impl->commands.stop();
}

void Trainer::requestCheckpoint()
{
    m_impl->commands.requestCheckpoint();
}

TrainMail Trainer::take()
{
    return m_impl->mail.take();
}

void Trainer::wait()
{
    if (m_impl->thread.joinable())
        m_impl->thread.join();
}

} // namespace lb
