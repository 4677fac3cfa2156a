#pragma once

#include "core/onednn/adapter.h"
#include "core/training/memory_plan.h"
#include "core/training/plan.h"

#include <functional>
#include <limits>

namespace lb {

using BufferId = std::uint32_t;
inline constexpr BufferId kNoBuffer = std::numeric_limits<BufferId>::max();

/// One entry of a plan's list.
struct PlanStep {
    void (*run)(void*) = nullptr;
    void* state = nullptr;
    std::uint32_t origin = 0; ///< the call it belongs to
};

/// What a random layer needs to draw for one call.
struct PlannedDraw {
    std::size_t call = 0;
    const RandomLayerType* type = nullptr;
    std::vector<Spec> inputs;
    std::vector<std::pair<std::string, ValueId>> values;
    bool fixed = false;
    Transformation last;
};

struct Plan::Impl {
    FlatModel model;
    std::shared_ptr<ParameterStore> store;
    PlanOptions options;
    std::vector<float*> values; ///< by ValueId; null: not computed, or not kept
    std::vector<std::vector<float>> constants;
    std::vector<float*> inputGradients;
    std::vector<PlanStep> forward, backward;
    std::vector<std::vector<std::span<const float>>> forwardResults, backwardResults;
    std::vector<onednn::Work> works;
    onednn::Scratch scratch;
    std::shared_ptr<float[]> arena, weightGradients;
    std::size_t arenaSize = 0, fallbacks = 0;
    std::vector<PlannedDraw> draws;
    std::span<float>* lastStep = nullptr; ///< where the only output's step writes, if it may be moved
    std::span<const float> seed; ///< of the running backward()
    std::vector<double> seconds;
    std::vector<char> hostReads; ///< by ValueId
    std::vector<std::optional<Tensor>> tensors; ///< by ValueId: inputs of host work, and its results
    std::optional<Error> failure; ///< of the running or last forward()

    void runHost(ValueId id); ///< plan_host.cpp
};

/// Which ops run as one step.
struct StepGroup {
    enum class Kind : std::uint8_t {
        Convolution,
        Product,
        Pooling,
        NormalizationTraining,
        NormalizationInference,
        Relu,
        Softmax,
        Binary,
        MeanOfMiddle,
        Bytes, ///< a resize of an input's bytes
        Host, ///< whole tensors, not in plan memory
        Alias, ///< the same numbers under another shape or dtype
        Reference,
    };
    Kind kind = Kind::Reference;
    ValueId head = kNoValue; ///< the node whose arguments count
    ValueId out = kNoValue;
    ValueId bias = kNoValue;
    bool relu = false;
    ValueId mean = kNoValue, variance = kNoValue;
    std::size_t at = 0; ///< place in the graph's order where it runs
};

/// Groups in the order they run; values that nobody needs are left out.
std::vector<StepGroup> grouped(const FlatModel& model, const PlanOptions& options);

/// Whether an input stays bytes, because all that reads it is a resize that takes them.
bool staysBytes(const OpGraph& graph, const PlanOptions& options, ValueId input);

/// Geometry that the ops' arguments and shapes say.
onednn::Windows windowsOf(const OpGraph& graph, const OpNode& node);
onednn::Normalization normalizationOf(const OpNode& node);
bool isMaximum(const OpNode& pooling);

/// Makes a Plan: steps first, with buffers that are only names; then places the buffers by their
/// lives and gives every step its addresses.
class PlanBuilder {
public:
    explicit PlanBuilder(Plan::Impl& plan);
    Result<> build();

private:
    struct Buffer {
        BufferLife life;
        float* outside = nullptr; // not in the arena
    };
    using Make = std::function<onednn::Work()>;
    struct Proto {
        std::uint32_t origin = 0;
        std::vector<BufferId> writes;
        Make make;
    };
    struct PoolingGradient { // made together with the way forward
        BufferId dy = kNoBuffer, dx = kNoBuffer;
        onednn::Work work;
    };
    struct Target { // where a gradient is written, and whether it is added to another afterwards
        BufferId buffer = kNoBuffer;
        ValueId addTo = kNoValue;
    };

    const OpGraph& graph() const { return m_plan.model.graph; }
    const OpNode& node(ValueId id) const { return graph().nodes[id]; }
    std::size_t count(ValueId id) const;
    bool training() const { return m_plan.options.backward; }

    BufferId newBuffer(std::size_t count, float* outside = nullptr);
    void pin(BufferId buffer);
    float* address(BufferId buffer) const;
    float* x(ValueId id) const { return address(m_value[id]); }
    onednn::Weights weights(ValueId id) const;
    /// Appends a step that reads and writes these buffers.
    void step(std::uint32_t origin, std::vector<BufferId> reads, std::vector<BufferId> writes,
              Make make);

    void feed();
    void findGradients();
    void forward(const StepGroup& group);
    void backward(const StepGroup& group);
    void seedGradients();
    void place();

    // forward (plan_forward.cpp)
    void forwardProduct(const StepGroup& group);
    void forwardPooling(const StepGroup& group);
    void forwardNormalization(const StepGroup& group);
    void forwardElementwise(const StepGroup& group);
    void forwardReference(const StepGroup& group);
    void forwardBytes(const StepGroup& group);
    bool isLast(ValueId id) const; ///< the only output, perhaps by another name, read by nobody else
    void forwardHost(const StepGroup& group); // plan_host.cpp
    Result<> checkShapes() const;
    Error openColumns(const OpNode& from) const;

    // backward (plan_backward.cpp)
    bool wanted(ValueId id) const { return m_wanted[id]; }
    Target target(ValueId id); ///< for a step that overwrites; commit() after it
    BufferId accumulated(ValueId id, std::vector<BufferId>& zeroed); ///< for a step that adds
    void commit(std::uint32_t origin, const Target& target);
    BufferId beforeRelu(const StepGroup& group); ///< the gradient in front of a fused relu
    void backwardProduct(const StepGroup& group);
    void backwardPooling(const StepGroup& group);
    void backwardNormalization(const StepGroup& group);
    void backwardElementwise(const StepGroup& group);
    void backwardBinary(const StepGroup& group);
    void backwardReference(const StepGroup& group);

    Plan::Impl& m_plan;
    std::vector<Buffer> m_buffers;
    std::vector<BufferId> m_value, m_gradient; // by ValueId
    std::vector<char> m_wanted, m_written; // gradients, by ValueId
    std::vector<const std::uint64_t*> m_version; // of weights, by ValueId
    std::vector<Proto> m_protos;
    std::vector<std::shared_ptr<PoolingGradient>> m_poolingBack; // by ValueId
    std::size_t m_forwardSteps = 0;
};

} // namespace lb
