#include "core/training/plan_builder.h"

#include "core/training/plan_work.h"

#include <algorithm>

namespace lb {
namespace {

const std::uint64_t kNeverChanges = 0;

} // namespace

PlanBuilder::PlanBuilder(Plan::Impl& plan)
    : m_plan(plan)
    , m_value(plan.model.graph.nodes.size(), kNoBuffer)
    , m_gradient(plan.model.graph.nodes.size(), kNoBuffer)
    , m_wanted(plan.model.graph.nodes.size(), 0)
    , m_written(plan.model.graph.nodes.size(), 0)
    , m_version(plan.model.graph.nodes.size(), nullptr)
    , m_poolingBack(plan.model.graph.nodes.size())
{
}

std::size_t PlanBuilder::count(ValueId id) const
{
    return static_cast<std::size_t>(elementCount(node(id).spec.shape));
}

BufferId PlanBuilder::newBuffer(std::size_t count, float* outside)
{
    m_buffers.push_back({{count, std::numeric_limits<int>::max(), -2}, outside});
    return static_cast<BufferId>(m_buffers.size() - 1);
}

void PlanBuilder::pin(BufferId buffer)
{
    if (buffer == kNoBuffer)
        return; // a value of host work that is no memory of the plan
    m_buffers[buffer].life.first = -1;
    m_buffers[buffer].life.last = std::numeric_limits<int>::max();
}

float* PlanBuilder::address(BufferId buffer) const
{
    if (buffer == kNoBuffer)
        return nullptr;
    return m_buffers[buffer].outside;
}

onednn::Weights PlanBuilder::weights(ValueId id) const
{
    return {x(id), m_version[id]};
}

void PlanBuilder::step(std::uint32_t origin, std::vector<BufferId> reads,
                       std::vector<BufferId> writes, Make make)
{
    const int at = static_cast<int>(m_protos.size());
    const auto use = [&](BufferId buffer) {
        BufferLife& life = m_buffers[buffer].life;
        life.first = std::min(life.first, at);
        life.last = std::max(life.last, at);
    };
    std::ranges::for_each(reads, use);
    std::ranges::for_each(writes, use);
    m_protos.push_back({origin, std::move(writes), std::move(make)});
}

Result<> PlanBuilder::build()
{
    if (Result<> known = checkShapes(); !known.ok())
        return known;
    for (const FlatWeight& weight : m_plan.model.weights) {
        const auto* entry = m_plan.store->find(weight.layer, weight.index);
        if (!entry || entry->shape != weight.shape)
            return Error{
                ErrorCode::BadShape,
                weight.spec.name,
                {LB_TR("Error", "the store has no weight of shape %1"), {text(weight.shape)}}};
    }
    feed();
    findGradients();
    const std::vector<StepGroup> groups = grouped(m_plan.model, m_plan.options);
    for (const StepGroup& group : groups)
        forward(group);
    m_forwardSteps = m_protos.size();
    for (const ValueId id : graph().outputs)
        pin(m_value[id]);
    for (const ValueId id : m_plan.options.keep)
        pin(m_value[id]);
    for (const ValueId id : graph().losses)
        pin(m_value[id]);
    if (training()) {
        for (const AssignSpec& assign : graph().assigns)
            pin(m_value[assign.value]);
        seedGradients();
        for (const StepGroup& group : std::views::reverse(groups))
            if (m_written[group.out] && m_wanted[group.out])
                backward(group);
    }
    place();
    return std::monostate{};
}

void PlanBuilder::feed()
{
    m_plan.tensors.resize(graph().nodes.size());
    m_plan.hostReads.assign(graph().nodes.size(), 0);
    for (const OpNode& each : graph().nodes)
        for (const ValueId input : each.inputs)
            if (each.host)
                m_plan.hostReads[input] = 1;
    for (const ValueId id : graph().inputs)
        if (staysBytes(graph(), m_plan.options, id))
            m_plan.hostReads[id] = 1;
        else if (node(id).spec.dtype != DType::String)
            pin(m_value[id] = newBuffer(count(id)));
    for (const DrawSpec& draw : graph().draws)
        pin(m_value[draw.value] = newBuffer(count(draw.value)));
    m_plan.constants.reserve(graph().constants.size());
    for (const ConstantSpec& constant : graph().constants) {
        if (m_plan.hostReads[constant.value])
            m_plan.tensors[constant.value] = constant.tensor;
        if (constant.tensor.dtype() == DType::String)
            continue;
        auto& values = m_plan.constants.emplace_back(count(constant.value));
        toFloats(constant.tensor, values);
        m_value[constant.value] = newBuffer(values.size(), values.data());
        m_version[constant.value] = &kNeverChanges;
    }
    if (training())
        m_plan.weightGradients = alignedFloats(m_plan.store->arenaSize());
    for (std::size_t i = 0; i < graph().weights.size(); ++i) {
        const FlatWeight& weight = m_plan.model.weights[i];
        const auto& entry = *m_plan.store->find(weight.layer, weight.index);
        const ValueId id = graph().weights[i].value;
        m_value[id] = newBuffer(entry.count, m_plan.store->values(entry).data());
        m_version[id] = m_plan.store->version();
        if (training() && entry.trainable) {
            m_wanted[id] = 1;
            m_gradient[id] = newBuffer(entry.count, m_plan.weightGradients.get() + entry.offset);
        }
    }
}

void PlanBuilder::findGradients()
{
    if (!training())
        return;
    if (m_plan.options.inputGradients)
        for (const ValueId id : graph().inputs) {
            m_wanted[id] = 1;
            pin(m_gradient[id] = newBuffer(count(id)));
        }
    for (ValueId id = 0; id < graph().nodes.size(); ++id)
        if (node(id).op && node(id).op->differentiable())
            m_wanted[id] = std::ranges::any_of(node(id).inputs,
                                               [&](ValueId input) { return m_wanted[input] != 0; });
}

void PlanBuilder::seedGradients()
{
    std::vector<ValueId> seeds{graph().outputs.front()};
    seeds.insert(seeds.end(), graph().losses.begin(), graph().losses.end());
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        const ValueId id = seeds[i];
        if (!m_wanted[id])
            continue;
        if (m_gradient[id] == kNoBuffer)
            m_gradient[id] = newBuffer(count(id));
        m_written[id] = 1;
        const BufferId into = m_gradient[id];
        step(node(id).origin, {}, {into}, [this, into, size = count(id), first = i == 0] {
            return workOf([plan = &m_plan, to = address(into), size, first] {
                if (first && !plan->seed.empty())
                    std::ranges::copy(plan->seed, to);
                else
                    std::fill_n(to, size, 1.0f);
            });
        });
    }
}

void PlanBuilder::place()
{
    std::vector<BufferLife> lives;
    const int end = static_cast<int>(m_protos.size());
    for (Buffer& buffer : m_buffers) {
        BufferLife life = buffer.life;
        life.last = std::min(life.last, end);
        if (buffer.outside)
            life.last = life.first - 1;
        lives.push_back(life);
    }
    const MemoryPlan memory = placed(lives);
    m_plan.arena = alignedFloats(memory.size);
    m_plan.arenaSize = memory.size;
    for (std::size_t i = 0; i < m_buffers.size(); ++i)
        if (!m_buffers[i].outside)
            m_buffers[i].outside = m_plan.arena.get() + memory.offsets[i];

    for (std::size_t i = 0; i < m_protos.size(); ++i) {
        const Proto& proto = m_protos[i];
        onednn::Work work = proto.make();
        const bool isForward = i < m_forwardSteps;
        (isForward ? m_plan.forward : m_plan.backward)
            .push_back({work.run, work.state.get(), proto.origin});
        std::vector<std::span<const float>> results;
        for (const BufferId buffer : proto.writes)
            results.emplace_back(address(buffer), m_buffers[buffer].life.count);
        (isForward ? m_plan.forwardResults : m_plan.backwardResults).push_back(std::move(results));
        m_plan.works.push_back(std::move(work));
    }
    m_plan.scratch.allocate();
    for (const BufferId buffer : m_value)
        m_plan.values.push_back(address(buffer));
    for (const ValueId id : graph().inputs)
        m_plan.inputGradients.push_back(m_plan.options.inputGradients ? address(m_gradient[id])
                                                                      : nullptr);
}

void PlanBuilder::forward(const StepGroup& group)
{
    using Kind = StepGroup::Kind;
    if (group.kind == Kind::Host)
        return forwardHost(group);
    if (group.kind == Kind::Alias) {
        m_value[group.out] = m_value[node(group.out).inputs[0]];
        return;
    }
    m_value[group.out] = newBuffer(count(group.out));
    switch (group.kind) {
    case Kind::Bytes:
        return forwardBytes(group);
    case Kind::Convolution:
    case Kind::Product:
        return forwardProduct(group);
    case Kind::Pooling:
        return forwardPooling(group);
    case Kind::NormalizationTraining:
    case Kind::NormalizationInference:
        return forwardNormalization(group);
    case Kind::Relu:
    case Kind::Softmax:
    case Kind::Binary:
    case Kind::MeanOfMiddle:
        return forwardElementwise(group);
    case Kind::Host:
    case Kind::Alias:
    case Kind::Reference:
        return forwardReference(group);
    }
}

void PlanBuilder::backward(const StepGroup& group)
{
    using Kind = StepGroup::Kind;
    switch (group.kind) {
    case Kind::Convolution:
    case Kind::Product:
        return backwardProduct(group);
    case Kind::Pooling:
        return backwardPooling(group);
    case Kind::NormalizationTraining:
        return backwardNormalization(group);
    case Kind::Relu:
    case Kind::Softmax:
    case Kind::MeanOfMiddle:
    case Kind::Alias:
        return backwardElementwise(group);
    case Kind::Binary:
        return backwardBinary(group);
    case Kind::Bytes: // these have no gradient
    case Kind::Host:
        return;
    case Kind::NormalizationInference:
    case Kind::Reference:
        return backwardReference(group);
    }
}

} // namespace lb
