#include "core/ops/ops.h"
#include "core/ops/resize_bytes.h"
#include "core/training/plan_builder.h"
#include "core/training/plan_work.h"

namespace lb {
namespace {

kernels::Binary binaryOf(const OpNode& node)
{
    const std::string_view name = node.op->name;
    return name == "add" ? kernels::Binary::Add
        : name == "sub"  ? kernels::Binary::Subtract
        : name == "mul"  ? kernels::Binary::Multiply
                         : kernels::Binary::Divide;
}

/// Ops that write every element of their result and read none: nothing need be cleared before. The
/// results of these are large, and their work is little.
bool writesAll(const Op* op)
{
    const auto whole = {&ops::cast(), &ops::flipWhere(), &ops::projectiveTransform(),
                        &ops::resize(), &ops::round()};
    return std::ranges::find(whole, op) != whole.end();
}

/// Resizes an input that stayed bytes and lets go of it: a pipeline keeps plans for many sizes.
struct BytesRun {
    Plan::Impl* plan = nullptr;
    const OpNode* node = nullptr;
    std::span<float> y;

    void operator()() const
    {
        std::optional<Tensor>& images = plan->tensors[node->inputs.front()];
        if (images && images->dtype() == DType::UInt8) {
            resizeBytes(*node, *images, y);
        } else {
            std::ranges::fill(y, 0.0f);
            plan->failure = Error{ErrorCode::Internal, "resize",
                                  LB_TR("Error", "its input was not set")};
        }
        images.reset();
    }
};

} // namespace

void PlanBuilder::forwardProduct(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const ValueId in = head.inputs[0];
    const ValueId kernel = head.inputs[1];
    const BufferId bias = group.bias == kNoValue ? kNoBuffer : m_value[group.bias];
    const BufferId y = m_value[group.out];
    std::vector<BufferId> reads{m_value[in], m_value[kernel]};
    if (bias != kNoBuffer)
        reads.push_back(bias);
    if (group.kind == StepGroup::Kind::Convolution) {
        step(head.origin, std::move(reads), {y}, [=, this, at = windowsOf(graph(), head)] {
            return onednn::convolution(at, x(in), weights(kernel), address(bias), address(y),
                                       group.relu, training(), m_plan.scratch);
        });
        return;
    }
    const Shape& w = node(kernel).spec.shape;
    const onednn::Product at{static_cast<std::int64_t>(count(in)) / w[0], w[0], w[1]};
    step(head.origin, std::move(reads), {y}, [=, this] {
        return onednn::product(at, x(in), weights(kernel), address(bias), address(y), group.relu,
                               training(), m_plan.scratch);
    });
}

void PlanBuilder::forwardPooling(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const ValueId in = head.inputs[0];
    const BufferId y = m_value[group.out];
    const auto kind = isMaximum(head) ? onednn::Pool::Max : onednn::Pool::Average;
    // the way back shares the places of the maxima; its addresses are known when this is called
    auto& back = m_poolingBack[group.out];
    back = std::make_shared<PoolingGradient>();
    step(head.origin, {m_value[in]}, {y}, [=, this, at = windowsOf(graph(), head)] {
        onednn::Pooling both = onednn::pooling(kind, at, x(in), address(y), address(back->dy),
                                               address(back->dx), training(), m_plan.scratch);
        back->work = std::move(both.backward);
        return std::move(both.forward);
    });
}

void PlanBuilder::forwardNormalization(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const onednn::Normalization at = normalizationOf(head);
    const ValueId in = head.inputs[0];
    const ValueId gamma = head.inputs[3];
    const ValueId beta = head.inputs[4];
    const BufferId y = m_value[group.out];
    if (group.kind == StepGroup::Kind::NormalizationTraining) {
        const BufferId mean = m_value[group.mean] = newBuffer(count(group.mean));
        const BufferId variance = m_value[group.variance] = newBuffer(count(group.variance));
        step(head.origin, {m_value[in], m_value[gamma], m_value[beta]}, {y, mean, variance},
             [=, this] {
                 return onednn::normalizationTraining(at, x(in), x(gamma), x(beta), address(y),
                                                      address(mean), address(variance),
                                                      m_plan.scratch);
             });
        return;
    }
    const ValueId mean = head.inputs[1];
    const ValueId variance = head.inputs[2];
    step(head.origin,
         {m_value[in], m_value[gamma], m_value[beta], m_value[mean], m_value[variance]}, {y},
         [=, this] {
             return onednn::normalizationInference(at, x(in), x(gamma), x(beta), x(mean),
                                                   x(variance), address(y), m_plan.scratch);
         });
}

void PlanBuilder::forwardElementwise(const StepGroup& group)
{
    using Kind = StepGroup::Kind;
    const OpNode& head = node(group.head);
    const ValueId in = head.inputs[0];
    const BufferId y = m_value[group.out];
    const auto size = static_cast<std::int64_t>(count(group.out));
    if (group.kind == Kind::Relu) {
        step(head.origin, {m_value[in]}, {y},
             [=, this] { return onednn::relu(size, x(in), address(y), m_plan.scratch); });
    } else if (group.kind == Kind::Softmax) {
        const std::int64_t classes = head.spec.shape.back();
        step(head.origin, {m_value[in]}, {y}, [=, this] {
            return onednn::softmax(size / classes, classes, x(in), address(y), m_plan.scratch);
        });
    } else if (group.kind == Kind::MeanOfMiddle) {
        const auto at = middleOf(graph(), head);
        if (!at)
            return forwardReference(group);
        step(head.origin, {m_value[in]}, {y}, [=, this] {
            return workOf(
                [at = *at, from = x(in), to = address(y)] { kernels::meanOfMiddle(at, from, to); });
        });
    } else {
        const ValueId second = head.inputs[1];
        const auto at = binaryLayout(node(in).spec.shape, node(second).spec.shape, head.spec.shape);
        if (!at)
            return forwardReference(group);
        step(head.origin, {m_value[in], m_value[second]}, {y}, [=, this, op = binaryOf(head)] {
            return workOf([op, at = *at, a = x(in), b = x(second), to = address(y)] {
                kernels::binary(op, at.table, a, at.a, b, at.b, to);
            });
        });
    }
}

bool PlanBuilder::isLast(ValueId id) const
{
    const BufferId buffer = m_value[id];
    const auto lies = [&](ValueId other) { return m_value[other] == buffer; };
    if (training() || graph().outputs.size() != 1 || !lies(graph().outputs.front())
        || std::ranges::any_of(m_plan.options.keep, lies))
        return false;
    for (ValueId each = 0; each < graph().nodes.size(); ++each) // only other names may read it
        if (!lies(each) && std::ranges::any_of(node(each).inputs, lies))
            return false;
    return true;
}

void PlanBuilder::forwardBytes(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    step(head.origin, {}, {m_value[group.out]}, [=, this] {
        const std::span<float> y(x(group.out), count(group.out));
        onednn::Work work = workOf(BytesRun{&m_plan, &node(group.head), y});
        if (isLast(group.out))
            m_plan.lastStep = &static_cast<BytesRun*>(work.state.get())->y;
        return work;
    });
}

void PlanBuilder::forwardReference(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const BufferId y = m_value[group.out];
    std::vector<BufferId> reads;
    for (const ValueId input : head.inputs)
        reads.push_back(m_value[input]);
    if (head.gate)
        reads.push_back(m_value[head.gate->choices]);
    ++m_plan.fallbacks;
    step(head.origin, std::move(reads), {y}, [=, this] {
        const OpNode& of = node(group.head);
        ReferenceRun reference{
            of.op->reference32, {{}, of.spec.shape, {}, {}, of.args, of.spec.dtype}, {}};
        reference.run.y = {address(y), count(group.out)};
        for (const ValueId input : of.inputs)
            reference.run.in.push_back(
                {node(input).spec.shape, {x(input), count(input)}, {}, node(input).spec.dtype});
        if (!writesAll(of.op))
            reference.zeroed = {reference.run.y};
        if (!of.gate) {
            const bool movable = reference.zeroed.empty() && isLast(group.out);
            onednn::Work work = workOf(std::move(reference));
            if (movable)
                m_plan.lastStep = &static_cast<ReferenceRun*>(work.state.get())->run.y;
            return work;
        }
        return workOf([reference = std::move(reference), gate = *of.gate,
                       choice = x(of.gate->choices) + of.gate->slot]() mutable {
            if (chosenOf(*choice, gate.count) == gate.number)
                reference();
        });
    });
}

} // namespace lb
