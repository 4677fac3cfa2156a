#pragma once

#include "core/training/learning_rate.h"
#include "core/training/parameter_store.h"

namespace lb {

/// Moves weights against their gradients: SGD, RMSprop or Adam, with what Keras' optimizers have
/// in common (schedules, clipping, weight decay, moving averages, accumulated gradients).
///
/// Computes in float32, one fused pass a weight; what it carries on lies in one 64-byte-aligned
/// arena. A step allocates nothing. One thread at a time.
/// Source: Keras 3 `optimizers.SGD`, `RMSprop`, `Adam`, `base_optimizer`.
class Optimizer {
public:
    /// What Keras serialises, {class_name, config}, or a name ("adam"); missing keys are Keras'
    /// defaults. Errors: Unsupported (another optimizer, a loss scale), BadParameter naming the key
    /// that Keras refuses, too.
    static Result<Optimizer> make(const Config& kerasConfig);

    Optimizer(Optimizer&&) noexcept = default;
    Optimizer& operator=(Optimizer&&) noexcept = default;
    Optimizer(const Optimizer&) = delete; // a copy would share the slots
    Optimizer& operator=(const Optimizer&) = delete;

    /// Starts anew for weights of these sizes: slots of zeros, iterations 0.
    void build(std::span<const std::size_t> counts);
    /// The same for the trainable weights of a store, in its order.
    void build(const ParameterStore& store);

    struct Update {
        std::span<float> weight;
        std::span<const float> gradient; ///< of the loss
    };
    /// One step for the weights that it was built for, in that order. The caller tells plans that
    /// the weights changed (ParameterStore::changed()).
    void step(std::span<const Update> updates);
    /// After the last step, as Keras' fit() does: with `use_ema` the weights become their averages.
    void finalize(std::span<const Update> updates) const;

    std::int64_t iterations() const { return m_iterations; } ///< calls of step()
    float learningRate() const { return m_rate.at(m_iterations); } ///< of the step to come
    bool hasSchedule() const { return m_rate.isSchedule(); }
    void setLearningRate(float rate) { m_rate.set(rate); } ///< ends a schedule

    /// What is carried on, in the order of Keras' `optimizer.variables`, which begin with
    /// iterations and, without a schedule, the learning rate.
    struct Slot {
        std::string_view name; ///< Keras': "momentum", "velocity", "average"...
        std::size_t weight = 0; ///< of those that it was built for
        std::span<float> values;
    };
    std::vector<Slot> allSlots();
    std::vector<std::vector<float>> slotValues(); ///< copies, in the order of allSlots()
    /// Errors: BadShape unless there are as many slots of the same sizes; changes nothing then.
    Result<> restore(std::int64_t iterations, const std::vector<std::vector<float>>& values);

    const std::string& kerasClass() const { return m_class; }

private:
    Optimizer() = default;
    enum class Kind : std::uint8_t { Sgd, RmsProp, Adam };
    enum class SlotKind : std::uint8_t {
        Average,
        Accumulator,
        Momentum,
        Velocity,
        LargestVelocity,
        AverageGradient
    };
    /// A kind of slot and where it lies, for each weight.
    struct Lane {
        SlotKind kind;
        bool interleaved = false; // stands with the next lane, weight by weight
        std::vector<std::size_t> offsets = {};
    };
    static std::string_view nameOf(SlotKind kind);
    struct Settings {
        float momentum = 0, rho = 0.9f, oneMinusRho = 0.1f, epsilon = 1e-7f;
        bool nesterov = false, centered = false, amsgrad = false;
        float beta1 = 0.9f, beta2 = 0.999f, oneMinusBeta1 = 0.1f, oneMinusBeta2 = 0.001f;
        std::optional<float> weightDecay, clipNorm, clipValue, globalClipNorm;
        bool useEma = false;
        float emaMomentum = 0.99f;
        std::int64_t emaFrequency = 0, accumulation = 0; // 0: none
    };

    float* slot(SlotKind kind, std::size_t weight) const; // null if there is none
    std::int64_t updatesBefore() const; // Keras' `iterations`
    void addLanes();
    void update(std::span<const Update> updates);
    void average(std::span<const Update> updates);
    void move(std::size_t index, float* weight, const float* gradient, float rate);
    float globalFactor(std::span<const Update> updates) const;
    const float* gradientOf(std::size_t index, const Update& update) const;
    const float* clipped(std::size_t index, const float* gradient, float globalFactor);

    std::string m_class;
    Kind m_kind = Kind::Sgd;
    Settings m_settings;
    LearningRate m_rate;
    std::int64_t m_iterations = 0;
    std::vector<std::size_t> m_counts;
    std::vector<Lane> m_lanes;
    std::shared_ptr<float[]> m_arena;
    std::vector<float> m_scratch; // a clipped gradient
};

} // namespace lb
