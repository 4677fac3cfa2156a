#include "core/training/plan.h"

#include "core/training/plan_builder.h"
#include "core/training/plan_work.h"

#include <chrono>

namespace lb {
namespace {

// Below this many multiply-adds a run is over before a second thread has woken up.
constexpr std::int64_t kThreadsFrom = 4'000'000;

std::int64_t macsOf(const OpGraph& graph)
{
    std::int64_t macs = 0;
    std::vector<Spec> in;
    for (const OpNode& node : graph.nodes) {
        if (!node.op || !node.op->macs)
            continue;
        in.clear();
        for (const ValueId input : node.inputs)
            in.push_back(graph.nodes[input].spec);
        macs += node.op->macs({in, node.args}, node.spec);
    }
    return macs;
}

std::vector<PlannedDraw> drawsOf(const FlatModel& model)
{
    std::vector<PlannedDraw> draws;
    for (const DrawSpec& spec : model.graph.draws) {
        auto found = std::ranges::find(draws, std::size_t{spec.origin}, &PlannedDraw::call);
        if (found == draws.end()) {
            PlannedDraw draw;
            draw.call = spec.origin;
            if (spec.origin < model.calls.size()) {
                const CallOrigin& call = model.calls[spec.origin];
                draw.type = dynamic_cast<const RandomLayerType*>(call.type);
                for (const ValueId input : call.inputs)
                    draw.inputs.push_back(model.graph.nodes[input].spec);
            }
            draws.push_back(std::move(draw));
            found = std::prev(draws.end());
        }
        found->values.emplace_back(spec.name, spec.value);
    }
    return draws;
}

void runSteps(std::span<const PlanStep> steps)
{
    for (const PlanStep& step : steps)
        step.run(step.state);
}

std::optional<std::size_t> firstBadStep(
    std::span<const PlanStep> steps, std::span<const std::vector<std::span<const float>>> results)
{
    for (std::size_t i = 0; i < steps.size(); ++i) {
        steps[i].run(steps[i].state);
        if (!std::ranges::all_of(results[i], kernels::allFinite))
            return i;
    }
    return std::nullopt;
}

} // namespace

Plan::Plan(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

Result<Plan> Plan::make(FlatModel model, std::shared_ptr<ParameterStore> store,
                        const PlanOptions& options)
{
    auto impl = std::make_unique<Impl>();
    impl->model = std::move(model);
    impl->store = std::move(store);
    impl->options = options;
    if (macsOf(impl->model.graph) < kThreadsFrom)
        impl->options.threads = 1;
    onednn::useThreads(impl->options.threads);
    if (Result<> built = PlanBuilder(*impl).build(); !built.ok())
        return std::move(built.error());
    const auto empty = [](const onednn::Work& work) { return !work; };
    if (std::ranges::any_of(impl->works, empty)) { // oneDNN has no implementation on this machine
        if (!options.fast)
            return Error{ErrorCode::Internal, "", LB_TR("Error", "a step could not be prepared")};
        PlanOptions slow = options;
        slow.fast = false;
        return make(std::move(impl->model), std::move(impl->store), slow);
    }
    impl->draws = drawsOf(impl->model);
    impl->seconds.assign(impl->model.calls.size(), 0.0);
    return Plan(std::move(impl));
}

const FlatModel& Plan::model() const
{
    return m_impl->model;
}

std::int64_t Plan::batch() const
{
    const OpGraph& graph = m_impl->model.graph;
    const Shape& shape = graph.nodes[graph.inputs.front()].spec.shape;
    return shape.empty() ? 1 : shape.front();
}

Result<> Plan::setInput(std::size_t index, const Tensor& tensor)
{
    const OpGraph& graph = m_impl->model.graph;
    const Shape& shape = graph.nodes[graph.inputs.at(index)].spec.shape;
    if (tensor.shape() != shape)
        return Error{
            ErrorCode::BadShape,
            "",
            {LB_TR("Error", "needs the shape %1, is: %2"), {text(shape), text(tensor.shape())}}};
    const ValueId id = graph.inputs[index];
    const DType dtype = graph.nodes[id].spec.dtype;
    if ((dtype == DType::String) != (tensor.dtype() == DType::String))
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "needs the dtype %1, is: %2"),
                      {std::string(nameOf(dtype)), std::string(nameOf(tensor.dtype()))}}};
    if (const std::span<float> memory = input(index); !memory.empty())
        toFloats(tensor, memory);
    if (dtype == DType::String || m_impl->hostReads[id])
        m_impl->tensors[id] = tensor;
    return std::monostate{};
}

bool Plan::wantsTensor(std::size_t index) const
{
    return m_impl->hostReads[m_impl->model.graph.inputs.at(index)];
}

std::span<float> Plan::input(std::size_t index)
{
    const OpGraph& graph = m_impl->model.graph;
    const ValueId id = graph.inputs.at(index);
    m_impl->tensors[id].reset(); // what is written here counts
    if (!m_impl->values[id])
        return {};
    return {m_impl->values[id], static_cast<std::size_t>(elementCount(graph.nodes[id].spec.shape))};
}

bool Plan::writeTo(std::span<float> memory)
{
    if (!m_impl->lastStep || m_impl->lastStep->size() != memory.size())
        return false;
    const float* before = m_impl->lastStep->data();
    *m_impl->lastStep = memory;
    for (float*& value : m_impl->values) // other names of it
        value = value == before ? memory.data() : value;
    return true;
}

void Plan::fixTransformation(std::size_t call, Transformation drawn)
{
    for (PlannedDraw& draw : m_impl->draws)
        if (draw.call == call) {
            draw.fixed = true;
            draw.last = std::move(drawn);
        }
}

const Transformation& Plan::transformation(std::size_t call) const
{
    static const Transformation none;
    const auto found = std::ranges::find(m_impl->draws, call, &PlannedDraw::call);
    return found == m_impl->draws.end() ? none : found->last;
}

Result<> Plan::run(const RunContext& context)
{
    forward(context);
    return m_impl->failure ? Result<>(*m_impl->failure) : Result<>(std::monostate{});
}

const std::optional<Error>& Plan::failure() const
{
    return m_impl->failure;
}

void Plan::forward(const RunContext& context)
{
    Impl& plan = *m_impl;
    plan.failure.reset();
    onednn::useThreads(plan.options.threads);
    for (PlannedDraw& draw : plan.draws) {
        if (!draw.fixed && draw.type) {
            const CallOrigin& call = plan.model.calls[draw.call];
            Result<Transformation> drawn = draw.type->draw(
                call.config,
                {call.path, context.epoch, context.sampleIds, context.batchIndex, draw.inputs});
            assert(drawn.ok()); // the layer described itself with this configuration
            if (drawn.ok())
                draw.last = std::move(drawn.value());
        }
        for (const auto& [name, id] : draw.values)
            if (const auto found = draw.last.find(name); found != draw.last.end()) {
                const std::span<float> into(
                    plan.values[id],
                    static_cast<std::size_t>(elementCount(plan.model.graph.nodes[id].spec.shape)));
                assert(elementCount(found->second.shape()) == std::ssize(into));
                toFloats(found->second, into);
            }
    }
    if (!plan.options.timed)
        return runSteps(plan.forward);
    using Clock = std::chrono::steady_clock;
    std::ranges::fill(plan.seconds, 0.0);
    auto before = Clock::now();
    for (const PlanStep& step : plan.forward) {
        step.run(step.state);
        const auto now = Clock::now();
        if (step.origin < plan.seconds.size())
            plan.seconds[step.origin] += std::chrono::duration<double>(now - before).count();
        before = now;
    }
}

void Plan::backward(std::span<const float> dy)
{
    assert(m_impl->options.backward);
    onednn::useThreads(m_impl->options.threads);
    m_impl->seed = dy;
    runSteps(m_impl->backward);
    m_impl->seed = {};
}

void Plan::applyAssigns()
{
    Impl& plan = *m_impl;
    if (plan.model.graph.assigns.empty())
        return;
    for (const AssignSpec& assign : plan.model.graph.assigns)
        std::copy_n(plan.values[assign.value],
                    elementCount(plan.model.graph.nodes[assign.value].spec.shape),
                    plan.values[assign.weight]);
    plan.store->changed();
}

Tensor Plan::value(ValueId id) const
{
    const Spec& spec = m_impl->model.graph.nodes[id].spec;
    const auto& exact = m_impl->tensors[id];
    return exact && exact->dtype() == spec.dtype ? *exact : toTensor(spec, numbers(id));
}

std::span<const float> Plan::numbers(ValueId id) const
{
    assert(m_impl->values[id]);
    return {m_impl->values[id],
            static_cast<std::size_t>(elementCount(m_impl->model.graph.nodes[id].spec.shape))};
}

std::span<const float> Plan::weightGradient(std::size_t weight) const
{
    const FlatWeight& flat = m_impl->model.weights.at(weight);
    const auto* entry = m_impl->store->find(flat.layer, flat.index);
    if (!m_impl->weightGradients || !entry->trainable)
        return {};
    return {m_impl->weightGradients.get() + entry->offset, entry->count};
}

std::span<const float> Plan::inputGradient(std::size_t input) const
{
    const ValueId id = m_impl->model.graph.inputs.at(input);
    return {m_impl->inputGradients[input],
            static_cast<std::size_t>(elementCount(m_impl->model.graph.nodes[id].spec.shape))};
}

double Plan::callSeconds(std::size_t call) const
{
    return m_impl->seconds.at(call);
}

std::optional<NonFinite> Plan::firstNonFinite()
{
    Impl& plan = *m_impl;
    onednn::useThreads(plan.options.threads);
    if (const auto step = firstBadStep(plan.forward, plan.forwardResults))
        return NonFinite{plan.forward[*step].origin, false};
    if (const auto step = firstBadStep(plan.backward, plan.backwardResults))
        return NonFinite{plan.backward[*step].origin, true};
    return std::nullopt;
}

std::size_t Plan::plannedBytes() const
{
    return m_impl->arenaSize * sizeof(float) + m_impl->scratch.bytes();
}

std::size_t Plan::fallbackSteps() const
{
    return m_impl->fallbacks;
}

} // namespace lb
