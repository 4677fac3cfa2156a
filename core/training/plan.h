#pragma once

#include "core/training/parameter_store.h"

#include <memory>

namespace lb {

struct PlanOptions {
    bool backward = false; ///< plans memory and steps for gradients
    int threads = 1; ///< oneDNN's and our own loops'
};

/// What a run is about: draws and, after it, times.
struct RunContext {
    std::uint32_t epoch = 0;
    std::uint64_t batchIndex = 0;
    std::span<const std::uint64_t> sampleIds; ///< one a row of the batch
};

/// A flattened part for fixed input shapes: memory planned once, a flat list of steps without
/// virtual calls, allocation or Result. One thread at a time; many plans may share one store.
class Plan {
public:
    /// `model` must have known shapes (batch included). Errors: Unsupported, BadShape.
    static Result<Plan> make(FlatModel model, std::shared_ptr<ParameterStore> store,
                             const PlanOptions& options);
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;
    ~Plan();

    const FlatModel& model() const;
    /// Any dtype; converted. Shape must be the input's.
    Result<> setInput(std::size_t index, const Tensor& tensor);
    /// Draws for random layers: made from `context` unless given here for a call.
    void fixTransformation(std::size_t call, Transformation drawn);
    const Transformation& transformation(std::size_t call) const; ///< of the last run

    void forward(const RunContext& context);
    void backward(); ///< from the first output (a scalar loss); after forward()
    void applyAssigns(); ///< moving statistics

    Tensor value(ValueId id) const; ///< in the value's dtype; outputs and values that were kept
    void keep(ValueId id); ///< before the first run: memory planning must not reuse it
    std::span<const float> weightGradient(
        std::size_t weight) const; ///< parallel to model().weights
    double callSeconds(std::size_t call) const; ///< of the last forward
    /// The first call whose output is not finite, in forward order; none: calls().size().
    std::size_t firstNonFinite() const;
    std::size_t plannedBytes() const;

private:
    struct Impl;
    explicit Plan(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
