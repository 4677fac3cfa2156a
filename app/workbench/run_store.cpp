#include "app/workbench/run_store.h"

#include "app/workbench/session.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr std::int64_t kNewest = 5; ///< weights of so many epochs are kept, then of every second

/// What the project answers: equal for equal answers, whatever moved or was renamed.
std::string answerKey(const Document& document)
{
    const Node* output = document.output();
    return output ? contentKey(document, output->id, Phase::Inference) : std::string();
}

} // namespace

const Run::Kept* Run::chosen() const
{
    const auto there = [](const Kept& one) { return one.weights != nullptr; };
    for (const Kept& one : kept)
        if (one.epoch == picked && there(one))
            return &one;
    const auto newest = std::find_if(kept.rbegin(), kept.rend(), there);
    return newest == kept.rend() ? nullptr : &*newest;
}

bool Run::isActive() const
{
    return snapshot.state == RunState::Preparing || snapshot.state == RunState::Running
        || snapshot.state == RunState::Paused;
}

RunStore& RunStore::of(Session& session)
{
    auto* found = session.findChild<RunStore*>(QString(), Qt::FindDirectChildrenOnly);
    return found ? *found : *new RunStore(session);
}

RunStore::RunStore(Session& session)
    : QObject(&session)
    , m_session(session)
{
}

Run* RunStore::shown() const
{
    return m_shown < 0 ? nullptr : m_runs[static_cast<std::size_t>(m_shown)].get();
}

Run& RunStore::add(std::unique_ptr<Run> run)
{
    m_runs.push_back(std::move(run));
    m_shown = static_cast<int>(m_runs.size()) - 1;
    Q_EMIT runsChanged();
    Q_EMIT offerChanged();
    return *m_runs.back();
}

void RunStore::show(int index)
{
    if (index < 0 || index >= std::ssize(m_runs) || index == m_shown)
        return;
    m_shown = index;
    Q_EMIT runsChanged();
    Q_EMIT offerChanged();
}

void RunStore::pick(std::int64_t epoch)
{
    Run* run = shown();
    if (!run || run->picked == epoch)
        return;
    run->picked = epoch;
    Q_EMIT offerChanged();
}

void RunStore::keep(Run& run, Run::Kept learned)
{
    const auto same = std::ranges::find(run.kept, learned.epoch, &Run::Kept::epoch);
    if (same == run.kept.end())
        run.kept.push_back(std::move(learned));
    else
        *same = std::move(learned);
    forgetSome(run);
    if (&run == shown())
        Q_EMIT offerChanged();
}

void RunStore::forgetSome(Run& run)
{
    const std::int64_t best = bestEpoch(run.series.epochs());
    const std::int64_t newest = run.kept.back().epoch;
    for (Run::Kept& one : run.kept) {
        const bool old = one.epoch <= newest - kNewest && one.epoch % 2 == 0;
        if (old && one.epoch != best && one.epoch != run.picked)
            one.weights = nullptr;
    }
}

void RunStore::clear()
{
    if (m_runs.empty())
        return;
    m_runs.clear();
    m_shown = -1;
    Q_EMIT runsChanged();
    Q_EMIT offerChanged();
}

void RunStore::setFiled(const WeightsHandle& weights)
{
    for (const auto& run : m_runs)
        if (weights && std::ranges::find(run->kept, weights, &Run::Kept::weights) != run->kept.end())
            run->isFiled = true;
}

const Run* RunStore::unfiled() const
{
    const auto lost = std::ranges::find_if(m_runs.rbegin(), m_runs.rend(), [](const auto& run) {
        return !run->isFiled && !run->isActive() && !run->kept.empty();
    });
    return lost == m_runs.rend() ? nullptr : lost->get();
}

ModelOffer RunStore::offer() const
{
    const Run* run = shown();
    const Run::Kept* kept = run ? run->chosen() : nullptr;
    if (!kept)
        return {m_session.sharedDocument(), m_session.source(),
                m_session.heldOut(),        nullptr,
                tr("not trained"),          -1,
                std::numeric_limits<double>::quiet_NaN(), false};
    ModelOffer offer{run->document, run->data, run->heldOut, kept->weights, {}, kept->epoch,
                     kept->accuracy, false};
    offer.name = kept->partial
        ? tr("%1, within epoch %2").arg(run->info.name).arg(kept->epoch + 1)
        : tr("%1, epoch %2").arg(run->info.name).arg(kept->epoch + 1);
    offer.edited = answerKey(*run->document) != answerKey(m_session.document());
    return offer;
}

} // namespace lb
