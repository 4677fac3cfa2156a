#pragma once

#include "core/training/parameter_store.h"

#include <memory>

namespace lb {

struct PlanOptions {
    bool backward = false; ///< plans memory and steps for gradients of the trainable weights
    bool inputGradients = false; ///< and of the inputs
    int threads = 1; ///< oneDNN's; a small plan uses one
    bool fast = true; ///< false: every op's reference, for comparison
    bool bytes = false; ///< bytes that only a resize reads may stay such: see wantsTensor()
    bool timed = false; ///< callSeconds() is wanted
    std::vector<ValueId> keep; ///< values that can be read after a run, besides the outputs
};

/// What a run is about: draws and, after it, times.
struct RunContext {
    std::uint32_t epoch = 0;
    std::uint64_t batchIndex = 0;
    std::span<const std::uint64_t> sampleIds; ///< one a row of the batch
};

/// Where numbers stopped being finite.
struct NonFinite {
    std::size_t call = 0; ///< index into model().calls
    bool gradient = false; ///< seen on the way back
};

/// A flattened part for fixed input shapes: memory planned once, a flat list of steps without
/// virtual calls, allocation or Result. One thread at a time; many plans may share one store.
///
/// Host work (look-ups, text) is a step too, and may allocate and fail. It sees the tensors that
/// setInput() got and what other host work gave, exactly; numeric ops see its numbers as float32,
/// which holds integers below 2^24. A value whose shape only the data tell, or of strings, can be
/// read with value(), and goes to no numeric op.
class Plan {
public:
    /// `model` must have known shapes (batch included). Errors: Unsupported, BadShape.
    static Result<Plan> make(FlatModel model, std::shared_ptr<ParameterStore> store,
                             const PlanOptions& options);
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;
    ~Plan();

    const FlatModel& model() const;
    std::int64_t batch() const; ///< rows of the first input
    /// Any dtype; converted. Errors: BadShape unless the shape is the input's and both or neither
    /// are strings.
    Result<> setInput(std::size_t index, const Tensor& tensor);
    /// Host work reads this input, or a resize its bytes: give it by setInput(), bytes before each run.
    bool wantsTensor(std::size_t index) const;
    /// The input's own memory, float32, to be written before forward(); allocates nothing. None
    /// for strings and bytes that stay such.
    std::span<float> input(std::size_t index);
    /// From the next run on the only output's numbers are written there, as many as it has, and
    /// numbers() finds them there. False if a plan cannot: then they stay in its own memory.
    bool writeTo(std::span<float> memory);
    /// Draws for random layers: made from the run's context unless given here for a call.
    void fixTransformation(std::size_t call, Transformation drawn);
    const Transformation& transformation(std::size_t call) const; ///< of the last run

    /// Errors: those of host work; the values behind it are then 0.
    Result<> run(const RunContext& context);
    void forward(const RunContext& context); ///< run() that leaves its error in failure()
    const std::optional<Error>& failure() const; ///< of the last forward()
    /// After forward(). The gradient of the first output is 1 everywhere (it is a scalar loss)
    /// unless `dy` gives it; every regularisation loss adds its own.
    void backward(std::span<const float> dy = {});
    void applyAssigns(); ///< moving statistics

    Tensor value(ValueId id) const; ///< in the value's dtype; inputs, outputs and kept values
    std::span<const float> numbers(ValueId id) const; ///< the same without a copy, as float32
    std::span<const float> weightGradient(
        std::size_t weight) const; ///< parallel to model().weights; empty: not trainable
    std::span<const float> inputGradient(std::size_t input) const;
    double callSeconds(std::size_t call) const; ///< of the last forward of a timed plan
    /// Runs again with the last draws, looking at every step's results: the first call whose
    /// numbers are not finite, if any.
    std::optional<NonFinite> firstNonFinite();
    std::size_t plannedBytes() const;
    std::size_t fallbackSteps() const; ///< steps that run an op's reference

    struct Impl;

private:
    explicit Plan(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
