#include "core/training/input_pipeline.h"

#include "core/tensor/rows.h"
#include "core/training/plan.h"
#include "core/training/plan_work.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace lb {
namespace {

/// One worker's plans: one for each shape of its rows. Used by one thread.
class RowPlans {
public:
    RowPlans(const Document& document, const LayerRegistry& registry, Phase phase,
             const std::shared_ptr<ParameterStore>& store)
        : m_document(document)
        , m_registry(registry)
        , m_phase(phase)
        , m_store(store)
    {
    }

    Result<Plan*> planFor(const Spec& rows)
    {
        if (const auto found = m_plans.find(rows.shape); found != m_plans.end())
            return &found->second;
        if (m_plans.size() >= kMost)
            m_plans.clear();
        LB_TRY(model,
               flattened(m_document, m_registry,
                         {.part = FlattenRequest::Part::Pipeline,
                          .node = {},
                          .phase = m_phase,
                          .input = rows}));
        PlanOptions options;
        options.timed = true;
        LB_TRY(plan, Plan::make(std::move(model), m_store, options));
        return &m_plans.emplace(rows.shape, std::move(plan)).first->second;
    }

private:
    static constexpr std::size_t kMost = 64; // an image folder may hold many sizes
    const Document& m_document;
    const LayerRegistry& m_registry;
    Phase m_phase;
    std::shared_ptr<ParameterStore> m_store;
    std::map<Shape, Plan> m_plans;
};

bool isKnown(const Shape& shape)
{
    return std::ranges::all_of(shape, [](std::int64_t size) { return size >= 0; });
}

Shape withBatch(std::int64_t rows, const Shape& shape)
{
    Shape result{rows};
    result.insert(result.end(), shape.begin(), shape.end());
    return result;
}

} // namespace

std::int64_t batchCount(std::int64_t rows, std::int64_t batchSize, bool dropRemainder)
{
    return dropRemainder ? rows / batchSize : (rows + batchSize - 1) / batchSize;
}

struct InputPipeline::Impl {
    struct Slot {
        std::vector<float> memory;
        InputBatch batch;
        std::optional<Error> error;
        bool ready = false;
    };

    Document document;
    const LayerRegistry* registry = nullptr;
    std::shared_ptr<const Source> source;
    InputOptions options;
    std::shared_ptr<ParameterStore> store;
    Spec output;
    std::vector<std::string> names;

    mutable std::mutex mutex; // guards what follows
    std::condition_variable_any changed;
    InputPass pass;
    std::vector<Slot> slots; // batch i lies in slot i % size
    std::int64_t nextToMake = 0, nextToTake = 0, generation = 0;
    int working = 0;
    std::vector<double> seconds;
    std::int64_t samples = 0;

    std::vector<std::jthread> workers; // last: they end before the rest goes

    std::size_t slotOf(std::int64_t batch) const
    {
        return static_cast<std::size_t>(batch) % slots.size();
    }
    std::int64_t ahead() const { return static_cast<std::int64_t>(slots.size()) - 1; }
    bool mayMake() const { return nextToMake < pass.batches && nextToMake < nextToTake + ahead(); }

    void work(const std::stop_token& stop);
    Result<> fill(Slot& slot, std::int64_t index, RowPlans& plans, std::vector<double>& spent);
    Result<> fillSafely(Slot& slot, std::int64_t index, RowPlans& plans,
                        std::vector<double>& spent);
    Result<> fillTogether(Slot& slot, std::span<const std::int64_t> rows, RowPlans& plans,
                          std::vector<double>& spent);
    Result<> fillOneByOne(Slot& slot, std::span<const std::int64_t> rows, RowPlans& plans,
                          std::vector<double>& spent);
    Result<> run(Plan& plan, const Slot& slot, std::size_t firstRow, std::span<float> into,
                 std::vector<double>& spent) const;
};

Result<std::unique_ptr<InputPipeline>> InputPipeline::make(const Document& document,
                                                           const LayerRegistry& registry,
                                                           std::shared_ptr<const Source> source,
                                                           const InputOptions& options)
{
    auto impl = std::make_unique<Impl>();
    impl->document = document;
    impl->registry = &registry;
    impl->source = std::move(source);
    impl->options = options;
    Spec spec = impl->source->imageSpec();
    spec.shape = withBatch(kUnknown, spec.shape);
    LB_TRY(model,
           flattened(document, registry,
                     {.part = FlattenRequest::Part::Pipeline,
                      .node = {},
                      .phase = options.phase,
                      .input = spec}));
    impl->output = model.graph.nodes[model.graph.outputs.front()].spec;
    if (impl->output.dtype == DType::String)
        return Error{ErrorCode::BadShape, "",
                     LB_TR("Error",
                           "strings reach the Batch, and a model trains on numbers: put a "
                           "TextVectorization, StringLookup or Hashing before it")};
    const Shape& shape = impl->output.shape;
    if (shape.empty() || !isKnown(Shape(shape.begin() + 1, shape.end())))
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error",
                            "the images differ in size: put a Resizing before the Batch; "
                            "their shape is %1"),
                      {text(shape)}}};
    impl->output.shape.front() = kUnknown;
    for (const CallOrigin& call : model.calls)
        impl->names.push_back(call.name);
    LB_TRY(store, ParameterStore::initial(model, static_cast<std::uint64_t>(document.recipe.seed)));
    impl->store = std::make_shared<ParameterStore>(std::move(store));
    impl->slots.resize(static_cast<std::size_t>(std::max(options.prefetch, 1)) + 1);
    for (int i = 0; i < std::max(options.workers, 1); ++i)
        impl->workers.emplace_back([&raw = *impl](const std::stop_token& stop) { raw.work(stop); });
    return std::unique_ptr<InputPipeline>(new InputPipeline(std::move(impl)));
}

InputPipeline::InputPipeline(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

InputPipeline::~InputPipeline()
{
    for (std::jthread& worker : m_impl->workers)
        worker.request_stop();
}

const Spec& InputPipeline::output() const
{
    return m_impl->output;
}

void InputPipeline::start(InputPass pass)
{
    Impl& impl = *m_impl;
    std::unique_lock lock(impl.mutex);
    impl.nextToMake = impl.pass.batches; // nothing more of the old pass
    impl.changed.wait(lock, [&] { return impl.working == 0; });
    impl.pass = std::move(pass);
    impl.nextToMake = impl.nextToTake = impl.pass.firstBatch;
    for (Impl::Slot& slot : impl.slots)
        slot.ready = false;
    impl.seconds.assign(impl.names.size(), 0.0);
    impl.samples = 0;
    impl.changed.notify_all();
}

Result<const InputBatch*> InputPipeline::next()
{
    Impl& impl = *m_impl;
    std::unique_lock lock(impl.mutex);
    if (impl.nextToTake >= impl.pass.batches)
        return nullptr;
    Impl::Slot& slot = impl.slots[impl.slotOf(impl.nextToTake)];
    impl.changed.wait(lock, [&] { return slot.ready; });
    // the slot that was taken before becomes free; this one stays until the next call
    slot.ready = false;
    ++impl.nextToTake;
    impl.changed.notify_all();
    if (slot.error) {
        impl.nextToTake = impl.nextToMake = impl.pass.batches;
        return std::move(*slot.error);
    }
    return &slot.batch;
}

double InputPipeline::filled() const
{
    const std::lock_guard lock(m_impl->mutex);
    const auto ready = std::ranges::count_if(m_impl->slots, &Impl::Slot::ready);
    return static_cast<double>(ready) / static_cast<double>(m_impl->slots.size() - 1);
}

std::vector<std::string> InputPipeline::callNames() const
{
    return m_impl->names;
}

std::vector<double> InputPipeline::callMs() const
{
    std::vector<double> ms;
    callMs(ms);
    return ms;
}

void InputPipeline::callMs(std::vector<double>& into) const
{
    const std::lock_guard lock(m_impl->mutex);
    into = m_impl->seconds;
    for (double& each : into)
        each *= 1000.0 / static_cast<double>(std::max<std::int64_t>(m_impl->samples, 1));
}

void InputPipeline::Impl::work(const std::stop_token& stop)
{
    RowPlans plans(document, *registry, options.phase, store);
    std::vector<double> spent(names.size());
    while (true) {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [&] { return mayMake(); }))
            return;
        const std::int64_t index = nextToMake++;
        ++working;
        Slot& slot = slots[slotOf(index)];
        lock.unlock();

        std::ranges::fill(spent, 0.0);
        slot.error.reset();
        if (Result<> filled = fillSafely(slot, index, plans, spent); !filled.ok())
            slot.error = std::move(filled.error());

        lock.lock();
        slot.ready = true;
        --working;
        std::ranges::transform(seconds, spent, seconds.begin(), std::plus<>());
        samples += slot.batch.rows;
        changed.notify_all();
    }
}

/// The worker's one catch: nothing is thrown out of a thread.
Result<> InputPipeline::Impl::fillSafely(Slot& slot, std::int64_t index, RowPlans& plans,
                                         std::vector<double>& spent)
{
    try {
        return fill(slot, index, plans, spent);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::TooLarge, "",
                     LB_TR("Error",
                           "there is not enough memory for a batch; make batches or images "
                           "smaller")};
    } catch (const std::exception& problem) {
        return Error{
            ErrorCode::Internal,
            "",
            {LB_TR("Error", "the input pipeline failed: %1"), {std::string(problem.what())}}};
    }
}

Result<> InputPipeline::Impl::fill(Slot& slot, std::int64_t index, RowPlans& plans,
                                   std::vector<double>& spent)
{
    const std::int64_t first = index * pass.batchSize;
    const std::int64_t count = std::min(pass.batchSize, std::ssize(pass.rows) - first);
    const auto rows = std::span<const std::int64_t>(pass.rows).subspan(
        static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    const Shape whole = withBatch(count, Shape(output.shape.begin() + 1, output.shape.end()));
    slot.memory.resize(static_cast<std::size_t>(elementCount(whole)));
    slot.batch.index = index;
    slot.batch.rows = count;
    slot.batch.x = slot.memory;
    slot.batch.labels.clear();
    slot.batch.sampleIds.clear();
    for (const std::int64_t row : rows) {
        slot.batch.labels.push_back(source->label(row));
        slot.batch.sampleIds.push_back(static_cast<std::uint64_t>(row));
    }
    return isKnown(source->imageSpec().shape) ? fillTogether(slot, rows, plans, spent)
                                              : fillOneByOne(slot, rows, plans, spent);
}

Result<> InputPipeline::Impl::fillTogether(Slot& slot, std::span<const std::int64_t> rows,
                                           RowPlans& plans, std::vector<double>& spent)
{
    Spec spec = source->imageSpec();
    spec.shape = withBatch(slot.batch.rows, spec.shape);
    LB_TRY(plan, plans.planFor(spec));
    if (plan->wantsTensor(0)) {
        std::vector<Tensor> images;
        for (const std::int64_t row : rows) {
            LB_TRY(image, source->image(row));
            images.push_back(std::move(image));
        }
        LB_TRY(batch, batchOf(images));
        if (Result<> set = plan->setInput(0, batch); !set.ok())
            return set;
        return run(*plan, slot, 0, slot.memory, spent);
    }
    const std::span<float> input = plan->input(0);
    const std::size_t each = input.size() / std::max<std::size_t>(rows.size(), 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LB_TRY(image, source->image(rows[i]));
        toFloats(image, input.subspan(i * each, each));
    }
    return run(*plan, slot, 0, slot.memory, spent);
}

Result<> InputPipeline::Impl::fillOneByOne(Slot& slot, std::span<const std::int64_t> rows,
                                           RowPlans& plans, std::vector<double>& spent)
{
    const std::size_t each = slot.memory.size() / std::max<std::size_t>(rows.size(), 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LB_TRY(image, source->image(rows[i]));
        Spec spec = source->imageSpec();
        spec.shape = withBatch(1, image.shape());
        LB_TRY(plan, plans.planFor(spec));
        if (Result<> set = plan->setInput(0, image.reshaped(spec.shape)); !set.ok())
            return set;
        if (Result<> done
            = run(*plan, slot, i, std::span(slot.memory).subspan(i * each, each), spent);
            !done.ok())
            return done;
    }
    return std::monostate{};
}

Result<> InputPipeline::Impl::run(Plan& plan, const Slot& slot, std::size_t firstRow,
                                  std::span<float> into, std::vector<double>& spent) const
{
    const auto ids = std::span<const std::uint64_t>(slot.batch.sampleIds)
                         .subspan(firstRow, static_cast<std::size_t>(plan.batch()));
    if (Result<> ran
        = plan.run({pass.epoch, static_cast<std::uint64_t>(slot.batch.index), ids});
        !ran.ok())
        return ran;
    std::ranges::copy(plan.numbers(plan.model().graph.outputs.front()), into.begin());
    for (std::size_t call = 0; call < spent.size(); ++call)
        spent[call] += plan.callSeconds(call);
    return std::monostate{};
}

} // namespace lb
