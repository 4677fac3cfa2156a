#include "core/kernels/updates.h"
#include "core/training/optimizers.h"

#include <cmath>

namespace lb {

float* Optimizer::slot(SlotKind kind, std::size_t weight) const
{
    const auto lane = std::ranges::find(m_lanes, kind, &Lane::kind);
    return lane == m_lanes.end() ? nullptr : m_arena.get() + lane->offsets[weight];
}

std::int64_t Optimizer::updatesBefore() const
{
    return m_settings.accumulation > 0 ? m_iterations / m_settings.accumulation : m_iterations;
}

void Optimizer::step(std::span<const Update> updates)
{
    assert(updates.size() == m_counts.size());
    const std::int64_t every = m_settings.accumulation;
    const bool moves = every == 0 || (m_iterations + 1) % every == 0;
    for (std::size_t i = 0; every > 0 && i < updates.size(); ++i) {
        float* sum = slot(SlotKind::Accumulator, i);
        for (std::size_t k = 0; k < m_counts[i]; ++k) {
            sum[k] += updates[i].gradient[k];
            if (moves)
                sum[k] /= static_cast<float>(every);
        }
    }
    if (moves)
        update(updates);
    if (m_settings.useEma)
        average(updates);
    ++m_iterations;
}

/// The gradient itself, or the mean of those that were accumulated.
const float* Optimizer::gradientOf(std::size_t index, const Update& update) const
{
    const float* mean = slot(SlotKind::Accumulator, index);
    return mean ? mean : update.gradient.data();
}

void Optimizer::update(std::span<const Update> updates)
{
    const float factor = globalFactor(updates);
    const float rate = learningRate();
    for (std::size_t i = 0; i < updates.size(); ++i) {
        const float* gradient = clipped(i, gradientOf(i, updates[i]), factor);
        float* w = updates[i].weight.data();
        if (const auto decay = m_settings.weightDecay)
            for (std::size_t k = 0; k < m_counts[i]; ++k)
                w[k] -= w[k] * *decay * rate;
        move(i, w, gradient, rate);
        if (float* sum = slot(SlotKind::Accumulator, i))
            std::fill_n(sum, m_counts[i], 0.0f);
    }
}

/// What all gradients are multiplied by, so that their common norm stays below a bound.
float Optimizer::globalFactor(std::span<const Update> updates) const
{
    const float most = m_settings.globalClipNorm.value_or(0);
    if (!(most > 0))
        return 1;
    double sum = 0;
    for (std::size_t i = 0; i < updates.size(); ++i)
        sum += kernels::squares(m_counts[i], gradientOf(i, updates[i]));
    const auto norm = static_cast<float>(std::sqrt(sum));
    return most * std::min(1 / norm, 1 / most) + (norm - norm); // NaN if the norm is not finite
}

const float* Optimizer::clipped(std::size_t index, const float* gradient, float globalFactor)
{
    const std::size_t count = m_counts[index];
    const Settings& s = m_settings;
    if (s.clipNorm.value_or(0) > 0) {
        const auto norm = static_cast<float>(std::sqrt(kernels::squares(count, gradient)));
        kernels::scaled(count, *s.clipNorm / std::max(norm, *s.clipNorm), gradient,
                        m_scratch.data());
    } else if (s.globalClipNorm.value_or(0) > 0) {
        kernels::scaled(count, globalFactor, gradient, m_scratch.data());
    } else if (s.clipValue.value_or(0) > 0) {
        kernels::clipped(count, *s.clipValue, gradient, m_scratch.data());
    } else {
        return gradient;
    }
    return m_scratch.data();
}

void Optimizer::move(std::size_t index, float* weight, const float* gradient, float rate)
{
    const Settings& s = m_settings;
    const std::size_t count = m_counts[index];
    float* momentum = slot(SlotKind::Momentum, index);
    float* velocity = slot(SlotKind::Velocity, index);
    switch (m_kind) {
    case Kind::Sgd:
        if (momentum)
            kernels::descendWithMomentum(count, rate, s.momentum, s.nesterov, gradient, momentum,
                                         weight);
        else
            kernels::descend(count, rate, gradient, weight);
        return;
    case Kind::RmsProp:
        kernels::rmsProp(count, {rate, s.rho, s.oneMinusRho, s.epsilon, s.momentum}, gradient,
                         velocity, momentum, slot(SlotKind::AverageGradient, index), weight);
        return;
    case Kind::Adam: {
        const auto step = static_cast<float>(updatesBefore() + 1);
        const float alpha
            = rate * std::sqrt(1 - std::pow(s.beta2, step)) / (1 - std::pow(s.beta1, step));
        kernels::adam(count, {alpha, s.oneMinusBeta1, s.oneMinusBeta2, s.epsilon}, gradient,
                      momentum, velocity, slot(SlotKind::LargestVelocity, index), weight);
        return;
    }
    }
}

void Optimizer::average(std::span<const Update> updates)
{
    const std::int64_t before = updatesBefore();
    const float momentum = before == 0 ? 0 : m_settings.emaMomentum; // begins with the weights
    const std::int64_t often = m_settings.emaFrequency;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        float* mean = slot(SlotKind::Average, i);
        kernels::follow(m_counts[i], momentum, updates[i].weight.data(), mean);
        if (often > 0 && (before + 1) % often == 0)
            std::copy_n(mean, m_counts[i], updates[i].weight.data());
    }
}

void Optimizer::finalize(std::span<const Update> updates) const
{
    for (std::size_t i = 0; m_settings.useEma && i < updates.size(); ++i)
        std::copy_n(slot(SlotKind::Average, i), m_counts[i], updates[i].weight.data());
}

} // namespace lb
