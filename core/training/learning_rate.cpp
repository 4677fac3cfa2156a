#include "core/training/learning_rate.h"

#include "core/layers/codec.h"

#include <cmath>
#include <numbers>

namespace lb {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

/// Reads the fields of a schedule; remembers the first that is wrong.
class RateFields {
public:
    explicit RateFields(const Config* config)
        : m_config(config ? *config : Config(ConfigObject{}))
    {
    }

    float number(std::string_view key, std::optional<double> otherwise = {})
    {
        const Config* value = m_config.find(key);
        double number = otherwise.value_or(0);
        if (value ? !Codec<double>::read(*value, number) : !otherwise)
            wrong(key);
        return static_cast<float>(number);
    }
    float positive(std::string_view key)
    {
        const float value = number(key);
        if (!(value > 0))
            wrong(key);
        return value;
    }
    bool flag(std::string_view key)
    {
        const Config* value = m_config.find(key);
        bool flag = false;
        if (value && !Codec<bool>::read(*value, flag))
            wrong(key);
        return flag;
    }
    std::vector<double> numbers(std::string_view key)
    {
        const Config* value = m_config.find(key);
        std::vector<double> result;
        if (!value || !Codec<std::vector<double>>::read(*value, result))
            wrong(key);
        return result;
    }
    bool given(std::string_view key) const
    {
        const Config* value = m_config.find(key);
        return value && !value->isNull();
    }
    void wrong(std::string_view key)
    {
        if (m_wrong.empty())
            m_wrong = key;
    }
    const std::string& firstWrong() const { return m_wrong; }

private:
    Config m_config;
    std::string m_wrong;
};

} // namespace

Result<LearningRate> LearningRate::make(const Config& config)
{
    LearningRate rate;
    double number = 0;
    if (Codec<double>::read(config, number)) {
        rate.m_rate = static_cast<float>(number);
        return rate;
    }
    const Config* name = config.find("class_name");
    const auto* schedule = name ? name->as<std::string>() : nullptr;
    if (!schedule)
        return Error{ErrorCode::BadParameter, "learning_rate",
                     LB_TR("Error", "needs a number, or a schedule: an object of class_name and "
                                    "config")};
    rate.m_schedule = *schedule;
    RateFields fields(config.find("config"));
    if (*schedule == "PiecewiseConstantDecay") {
        for (const double value : fields.numbers("boundaries"))
            rate.m_boundaries.push_back(static_cast<std::int64_t>(value));
        for (const double value : fields.numbers("values"))
            rate.m_values.push_back(static_cast<float>(value));
        if (rate.m_boundaries.empty() || rate.m_values.size() != rate.m_boundaries.size() + 1)
            fields.wrong("values");
    } else if (*schedule == "ExponentialDecay" || *schedule == "InverseTimeDecay") {
        rate.m_steps = fields.positive("decay_steps");
        rate.m_decay = fields.number("decay_rate");
        rate.m_staircase = fields.flag("staircase");
    } else if (*schedule == "PolynomialDecay") {
        rate.m_steps = fields.positive("decay_steps");
        rate.m_end = fields.number("end_learning_rate", 0.0001);
        rate.m_power = fields.number("power", 1);
        rate.m_cycle = fields.flag("cycle");
    } else if (*schedule == "CosineDecay") {
        rate.m_steps = fields.positive("decay_steps");
        rate.m_alpha = fields.number("alpha", 0);
        rate.m_warmupSteps = fields.number("warmup_steps", 0);
        if (fields.given("warmup_target"))
            rate.m_warmupTarget = fields.number("warmup_target");
    } else if (*schedule == "CosineDecayRestarts") {
        rate.m_steps = fields.positive("first_decay_steps");
        rate.m_lengthFactor = fields.number("t_mul", 2);
        rate.m_heightFactor = fields.number("m_mul", 1);
        rate.m_alpha = fields.number("alpha", 0);
    } else {
        return Error{ErrorCode::Unsupported,
                     "learning_rate",
                     {LB_TR("Error", "the schedule %1 is not computed here"), {*schedule}}};
    }
    if (*schedule != "PiecewiseConstantDecay")
        rate.m_rate = fields.number("initial_learning_rate");
    if (!fields.firstWrong().empty())
        return Error{ErrorCode::BadParameter, "learning_rate/" + fields.firstWrong(),
                     LB_TR("Error", "has a value that is not known")};
    return rate;
}

void LearningRate::set(float rate)
{
    *this = LearningRate();
    m_rate = rate;
}

float LearningRate::at(std::int64_t step) const
{
    const auto taken = static_cast<float>(step);
    if (m_schedule.empty())
        return m_rate;
    if (m_schedule == "PiecewiseConstantDecay")
        return piecewise(step);
    if (m_schedule == "PolynomialDecay")
        return polynomial(taken);
    if (m_schedule == "CosineDecay")
        return cosine(taken);
    if (m_schedule == "CosineDecayRestarts")
        return cosineRestarts(taken);
    return exponential(taken);
}

float LearningRate::exponential(float step) const
{
    float p = step / m_steps;
    if (m_staircase)
        p = std::floor(p);
    return m_schedule == "ExponentialDecay" ? m_rate * std::pow(m_decay, p)
                                            : m_rate / (1 + m_decay * p);
}

float LearningRate::polynomial(float step) const
{
    float steps = m_steps;
    if (m_cycle)
        steps *= step == 0 ? 1 : std::ceil(step / m_steps);
    else
        step = std::min(step, steps);
    return (m_rate - m_end) * std::pow(1 - step / steps, m_power) + m_end;
}

float LearningRate::cosine(float step) const
{
    const auto decayed = [this](float at, float from) {
        const float wave = 0.5f * (1 + std::cos(kPi * (at / m_steps)));
        return from * ((1 - m_alpha) * wave + m_alpha);
    };
    if (!m_warmupTarget)
        return decayed(std::min(step, m_steps), m_rate);
    const float at = std::min(step, m_steps + m_warmupSteps);
    if (at < m_warmupSteps)
        return (*m_warmupTarget - m_rate) * (at / m_warmupSteps) + m_rate;
    return decayed(at - m_warmupSteps, *m_warmupTarget);
}

float LearningRate::cosineRestarts(float step) const
{
    float fraction = step / m_steps;
    float restart = 0;
    if (m_lengthFactor == 1) {
        restart = std::floor(fraction);
        fraction -= restart;
    } else {
        restart = std::floor(std::log(1 - fraction * (1 - m_lengthFactor))
                             / std::log(m_lengthFactor));
        const float power = std::pow(m_lengthFactor, restart);
        fraction = (fraction - (1 - power) / (1 - m_lengthFactor)) / power;
    }
    const float wave
        = 0.5f * std::pow(m_heightFactor, restart) * (1 + std::cos(kPi * fraction));
    return m_rate * ((1 - m_alpha) * wave + m_alpha);
}

float LearningRate::piecewise(std::int64_t step) const
{
    std::size_t part = 0;
    while (part < m_boundaries.size() && step > m_boundaries[part])
        ++part;
    return m_values[part];
}

} // namespace lb
