#include "benchmarks/bench.h"
#include "benchmarks/models.h"

namespace lb::bench {
namespace {

constexpr std::int64_t kTrainBatch = 32;

/// A model with weights, in memory rows, trained step by step.
struct Bench {
    Document document;
    ModelRequest request;
    std::shared_ptr<ParameterStore> store;
};

Result<std::unique_ptr<Bench>> benchOf(Document document, const LayerRegistry& registry, Spec input,
                                       std::int64_t classes)
{
    auto bench = std::make_unique<Bench>();
    bench->document = std::move(document);
    input.shape.insert(input.shape.begin(), kUnknown);
    bench->request = {&bench->document, &registry, {std::move(input)}, classes};
    LB_TRY(model, LossPlan::describe(bench->request, Phase::Training, kTrainBatch));
    LB_TRY(store, ParameterStore::initial(model, 1));
    bench->store = std::make_shared<ParameterStore>(std::move(store));
    return bench;
}

InputBatch rowsOf(const Tensor& x, std::span<const std::int64_t> labels, std::int64_t first,
                  std::int64_t count)
{
    const auto each = static_cast<std::size_t>(elementCount(x.shape()) / x.shape().front());
    InputBatch batch;
    batch.index = first / count;
    batch.rows = count;
    batch.x = {x.values<float>().subspan(static_cast<std::size_t>(first) * each,
                                         static_cast<std::size_t>(count) * each)};
    const auto rows
        = labels.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    batch.labels.assign(rows.begin(), rows.end());
    for (std::int64_t row = first; row < first + count; ++row)
        batch.sampleIds.push_back(static_cast<std::uint64_t>(row));
    return batch;
}

/// Loss and gradients of one step, in the engine and op by op.
Result<> stepAgrees(const Bench& bench, const InputBatch& batch, int threads)
{
    LB_TRY(fast, LossPlan::make(bench.request, Phase::Training, batch.rows, bench.store, threads));
    LB_TRY(model, LossPlan::describe(bench.request, Phase::Training, batch.rows));
    PlanOptions options;
    options.backward = true;
    options.fast = false;
    LB_TRY(slow, Plan::make(std::move(model), bench.store, options));
    fast.forward(batch, 0);
    fast.plan().backward();
    for (std::size_t input = 0; input < 2; ++input)
        std::ranges::copy(fast.plan().input(input), slow.input(input).begin());
    slow.forward({0, static_cast<std::uint64_t>(batch.index), batch.sampleIds});
    slow.backward();
    const ValueId loss = slow.model().graph.outputs.front();
    if (Result<> same = agrees("loss", fast.plan().numbers(loss), slow.numbers(loss), 1e-4);
        !same.ok())
        return same;
    for (std::size_t i = 0; i < slow.model().weights.size(); ++i)
        if (Result<> same
            = agreesInNorm(slow.model().weights[i].spec.name, fast.plan().weightGradient(i),
                           slow.weightGradient(i), 1e-2);
            !same.ok())
            return same;
    return std::monostate{};
}

} // namespace

Result<Figures> smallCnn(const Setting& setting)
{
    constexpr std::int64_t steps = 50;
    LB_TRY(data, cifar(setting.data, steps * kTrainBatch));
    const Tensor x = asFloats(data.images);
    LB_TRY(bench,
           benchOf(smallCnnModel(), setting.registry, {DType::Float32, {32, 32, 3}, {}}, 10));
    std::vector<InputBatch> batches;
    for (std::int64_t step = 0; step < steps; ++step)
        batches.push_back(rowsOf(x, data.labels, step * kTrainBatch, kTrainBatch));
    if (Result<> same = stepAgrees(*bench, batches.front(), setting.cores); !same.ok())
        return std::move(same.error());
    LB_TRY(plan,
           LossPlan::make(bench->request, Phase::Training, kTrainBatch, bench->store, setting.cores));
    LB_TRY(optimizer, Optimizer::make(bench->document.recipe.optimizer));
    optimizer.build(*bench->store);
    const Timing timing = timed(
        [&] {
            for (const InputBatch& batch : batches) {
                plan.forward(batch, 0);
                plan.plan().backward();
                optimizer.step(plan.updates());
                bench->store->changed();
                plan.plan().applyAssigns();
            }
        },
        5);
    Figures figures{"ms/step", timing.seconds, false, timing.othersCores};
    for (double& value : figures.values)
        value *= 1e3 / static_cast<double>(steps);
    return figures;
}

Result<Figures> predictOne(const Setting& setting)
{
    constexpr int calls = 200;
    LB_TRY(data, cifar(setting.data, 1));
    const Tensor x = asFloats(data.images);
    LB_TRY(bench,
           benchOf(smallCnnModel(), setting.registry, {DType::Float32, {32, 32, 3}, {}}, 10));
    const auto planned = [&](bool fast) -> Result<Plan> {
        FlattenRequest request;
        request.inputs = {{DType::Float32, {1, 32, 32, 3}, {}}};
        LB_TRY(model, flattened(bench->document, setting.registry, request));
        PlanOptions options;
        options.threads = setting.cores;
        options.fast = fast;
        return Plan::make(std::move(model), bench->store, options);
    };
    LB_TRY(plan, planned(true));
    LB_TRY(slow, planned(false));
    std::array<float, 10> probabilities{};
    const auto call = [&x](Plan& with, std::span<float> y) {
        std::ranges::copy(x.values<float>(), with.input(0).begin());
        with.forward({});
        std::ranges::copy(with.numbers(with.model().graph.outputs.front()), y.begin());
    };
    std::array<float, 10> expected{};
    call(plan, probabilities);
    call(slow, expected);
    if (Result<> same = agrees("probabilities", probabilities, expected, 1e-4); !same.ok())
        return std::move(same.error());
    const Timing timing = timed(
        [&] {
            for (int i = 0; i < calls; ++i)
                call(plan, probabilities);
        },
        5);
    Figures figures{"ms", timing.seconds, false, timing.othersCores};
    for (double& value : figures.values)
        value *= 1e3 / calls;
    return figures;
}

Result<> firstStep(const LayerRegistry& registry, int cores)
{

    LB_TRY(bench, benchOf(mlpModel(), registry, {DType::Float32, {16}, {}}, 2));
    LB_TRY(plan, LossPlan::make(bench->request, Phase::Training, kTrainBatch, bench->store, cores));
    LB_TRY(optimizer, Optimizer::make(bench->document.recipe.optimizer));
    optimizer.build(*bench->store);
    const Tensor x = Tensor::make<float>(
        {kTrainBatch, 16}, [](std::span<float> out) { std::ranges::fill(out, 1.0f); });
    const std::vector<std::int64_t> labels(kTrainBatch, 1);
    plan.forward(rowsOf(x, labels, 0, kTrainBatch), 0);
    plan.plan().backward();
    optimizer.step(plan.updates());
    return std::monostate{};
}

} // namespace lb::bench
