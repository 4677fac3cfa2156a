#pragma once

#include "core/support/config.h"

#include <optional>

namespace lb {

/// A learning rate: a number, or a schedule that gives one for every step. Computes in float32,
/// as Keras does. Source: Keras 3 `optimizers.schedules`.
class LearningRate {
public:
    /// `config` is a number or what Keras serialises of a schedule: {class_name, config}.
    /// Errors: BadParameter for a value that Keras refuses, Unsupported for another schedule.
    static Result<LearningRate> make(const Config& config);

    bool isSchedule() const { return !m_schedule.empty(); }
    float at(std::int64_t step) const; ///< `step`: how many were taken before
    void set(float rate); ///< no schedule from now on

private:
    float exponential(float step) const;
    float polynomial(float step) const;
    float cosine(float step) const;
    float cosineRestarts(float step) const;
    float piecewise(std::int64_t step) const;

    std::string m_schedule; // Keras' class; empty: a number
    float m_rate = 0; // the number, or the initial one
    float m_steps = 1, m_decay = 0, m_end = 0, m_power = 1, m_alpha = 0;
    float m_lengthFactor = 2, m_heightFactor = 1; // of restarts
    bool m_staircase = false, m_cycle = false;
    std::optional<float> m_warmupTarget;
    float m_warmupSteps = 0;
    std::vector<std::int64_t> m_boundaries;
    std::vector<float> m_values;
};

} // namespace lb
