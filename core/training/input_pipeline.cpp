#include "core/training/input_pipeline.h"

#include "core/data/number_labels.h"
#include "core/training/host_work.h"
#include "core/training/plan_work.h"
#include "core/training/row_plans.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace lb {

std::int64_t batchCount(std::int64_t rows, std::int64_t batchSize, bool dropRemainder)
{
    return dropRemainder ? rows / batchSize : (rows + batchSize - 1) / batchSize;
}

struct InputPipeline::Impl {
    struct Slot {
        std::vector<std::vector<float>> memory; ///< for each output
        InputBatch batch;
        std::optional<Error> error;
        bool ready = false;
    };

    Document document;
    const LayerRegistry* registry = nullptr;
    std::shared_ptr<const Source> source;
    InputOptions options;
    std::shared_ptr<ParameterStore> store;
    std::vector<Spec> outputs;
    std::vector<std::size_t> columns; ///< of the source, that the pipeline reads
    std::int64_t together = kManyRows; ///< rows that run at once
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
    Result<> setRows(Plan& plan, std::span<const std::int64_t> rows) const;
    Result<> run(Plan& plan, Slot& slot, std::size_t firstRow, std::vector<double>& spent) const;
};

Result<std::unique_ptr<InputPipeline>> InputPipeline::make(const Document& document,
                                                           const LayerRegistry& registry,
                                                           std::shared_ptr<const Source> source,
                                                           const InputOptions& options)
{
    auto impl = std::make_unique<Impl>();
    impl->registry = &registry;
    impl->source = std::move(source);
    impl->options = options;
    const std::vector<Spec> given = columnSpecs(*impl->source, kUnknown);
    impl->document = withHostWorkAhead(document, registry, given, options.phase);
    LB_TRY(model,
           flattened(impl->document, registry,
                     {.part = FlattenRequest::Part::Pipeline,
                      .node = {},
                      .phase = options.phase,
                      .inputs = given}));
    LB_TRY(between, boundaries(impl->document));
    for (std::size_t i = 0; i < model.graph.outputs.size(); ++i) {
        const OpNode& made = model.graph.nodes[model.graph.outputs[i]];
        if (Result<> fits = checkOutput(impl->document, registry, made, between[i]); !fits.ok())
            return std::move(fits.error());
        Spec output = made.spec;
        output.shape.front() = kUnknown;
        impl->outputs.push_back(std::move(output));
    }
    impl->columns = model.given;
    if (impl->source->hasImages())
        impl->together = rowsTogether(model);
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

const std::vector<Spec>& InputPipeline::outputs() const
{
    return m_impl->outputs;
}

const Document& InputPipeline::document() const
{
    return m_impl->document;
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
    slot.memory.resize(outputs.size());
    slot.batch.x.clear();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        slot.memory[i].resize(static_cast<std::size_t>(count) * rowSize(outputs[i]));
        slot.batch.x.emplace_back(slot.memory[i]);
    }
    slot.batch.index = index;
    slot.batch.rows = count;
    slot.batch.labels.clear();
    slot.batch.numbers.clear();
    const HasNumberLabels* numbers = numberLabels(*source);
    slot.batch.sampleIds.clear();
    for (const std::int64_t row : rows) {
        slot.batch.labels.push_back(source->label(row));
        if (numbers)
            slot.batch.numbers.push_back(numbers->numberLabel(row));
        slot.batch.sampleIds.push_back(static_cast<std::uint64_t>(row));
    }
    const bool equal = std::ranges::all_of(
        source->columns(), [](const Column& column) { return isKnown(column.spec.shape); });
    return equal ? fillTogether(slot, rows, plans, spent) : fillOneByOne(slot, rows, plans, spent);
}

Result<> InputPipeline::Impl::fillTogether(Slot& slot, std::span<const std::int64_t> rows,
                                           RowPlans& plans, std::vector<double>& spent)
{
    for (std::size_t first = 0; first < rows.size();) {
        const auto part = rows.subspan(
            first, static_cast<std::size_t>(std::min(together, std::ssize(rows.subspan(first)))));
        LB_TRY(plan, plans.planFor(columnSpecs(*source, std::ssize(part))));
        if (Result<> set = setRows(*plan, part); !set.ok())
            return set;
        if (Result<> done = run(*plan, slot, first, spent); !done.ok())
            return done;
        first += part.size();
    }
    return std::monostate{};
}

/// Images are written where the plan reads them, one by one; other columns come as blocks.
Result<> InputPipeline::Impl::setRows(Plan& plan, std::span<const std::int64_t> rows) const
{
    if (source->hasImages() && !plan.wantsTensor(0)) {
        const std::span<float> input = plan.input(0);
        const std::size_t each = input.size() / std::max<std::size_t>(rows.size(), 1);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            LB_TRY(image, source->image(rows[i]));
            toFloats(image, input.subspan(i * each, each));
        }
        return std::monostate{};
    }
    LB_TRY(block, source->block(columns, rows));
    for (std::size_t i = 0; i < block.size(); ++i)
        if (Result<> set = plan.setInput(i, block[i]); !set.ok())
            return set;
    return std::monostate{};
}

Result<> InputPipeline::Impl::fillOneByOne(Slot& slot, std::span<const std::int64_t> rows,
                                           RowPlans& plans, std::vector<double>& spent)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LB_TRY(block, source->block(columns, rows.subspan(i, 1)));
        std::vector<Spec> specs = columnSpecs(*source, 1);
        for (std::size_t k = 0; k < block.size(); ++k)
            specs[columns[k]].shape = block[k].shape();
        LB_TRY(plan, plans.planFor(std::move(specs)));
        for (std::size_t k = 0; k < block.size(); ++k)
            if (Result<> set = plan->setInput(k, block[k]); !set.ok())
                return set;
        if (Result<> done = run(*plan, slot, i, spent); !done.ok())
            return done;
    }
    return std::monostate{};
}

Result<> InputPipeline::Impl::run(Plan& plan, Slot& slot, std::size_t firstRow,
                                  std::vector<double>& spent) const
{
    const auto count = static_cast<std::size_t>(plan.batch());
    const auto ids = std::span<const std::uint64_t>(slot.batch.sampleIds).subspan(firstRow, count);
    const auto placeOf = [&](std::size_t i) {
        const std::size_t each = rowSize(outputs[i]);
        return std::span(slot.memory[i]).subspan(firstRow * each, count * each);
    };
    const bool inPlace = outputs.size() == 1 && plan.writeTo(placeOf(0));
    if (Result<> ran = plan.run({pass.epoch, static_cast<std::uint64_t>(slot.batch.index), ids});
        !ran.ok())
        return ran;
    const std::vector<ValueId>& made = plan.model().graph.outputs;
    for (std::size_t i = 0; i < made.size() && !inPlace; ++i)
        std::copy_n(plan.numbers(made[i]).data(), placeOf(i).size(), placeOf(i).data());
    for (std::size_t call = 0; call < spent.size(); ++call)
        spent[call] += plan.callSeconds(call);
    return std::monostate{};
}

} // namespace lb
