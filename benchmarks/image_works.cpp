#include "benchmarks/bench.h"
#include "benchmarks/models.h"

#include <cmath>
#include <numeric>

namespace lb::bench {
namespace {

Result<Plan> pipelinePlan(const Document& document, const LayerRegistry& registry, Spec rows,
                          bool fast)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Pipeline;
    request.phase = Phase::Training;
    request.inputs = {std::move(rows)};
    LB_TRY(model, flattened(document, registry, request));
    LB_TRY(store, ParameterStore::initial(model, 1));
    PlanOptions options;
    options.fast = fast;
    return Plan::make(std::move(model), std::make_shared<ParameterStore>(std::move(store)),
                      options);
}

} // namespace

Result<Figures> augmentCifar(const Setting& setting)
{
    constexpr std::int64_t count = 6'400;
    constexpr std::int64_t batchSize = 64;
    LB_TRY(data, cifar(setting.data, count));
    const auto source = std::make_shared<MemorySource>(
        asFloats(data.images), data.labels,
        std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
    const Document document = augmentation();
    InputOptions options;
    options.workers = setting.cores;
    LB_TRY(pipeline, InputPipeline::make(document, setting.registry, source, options));
    std::vector<std::int64_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0);
    const InputPass pass{rows, batchSize, 0, count / batchSize, 0};

    pipeline->start(pass);
    LB_TRY(first, pipeline->next());
    LB_TRY(slow,
           pipelinePlan(document, setting.registry, {DType::Float32, {batchSize, 32, 32, 3}, {}},
                        false));
    std::ranges::copy(source->image(0).value().values<float>(), slow.input(0).begin());
    for (std::int64_t row = 0; row < batchSize; ++row)
        std::ranges::copy(source->image(row).value().values<float>(),
                          slow.input(0).begin() + row * 32 * 32 * 3);
    slow.forward({0, 0, first->sampleIds});
    if (Result<> same
        = agrees("images", first->x.front(), slow.numbers(slow.model().graph.outputs.front()), 1e-4);
        !same.ok())
        return std::move(same.error());

    const Timing timing = timed(
        [&] {
            pipeline->start(pass);
            for (auto next = pipeline->next(); next.ok() && next.value(); next = pipeline->next()) {
            }
        },
        5);
    Figures figures{"images/s", timing.seconds, true, timing.othersCores};
    for (double& value : figures.values)
        value = static_cast<double>(count) / value;
    return figures;
}

Result<Figures> previewSheet(const Setting& setting)
{
    constexpr std::int64_t count = 64;
    LB_TRY(data, cifar(setting.data, count));
    Chain chain;
    chain.pipeline("RandomRotation", ConfigObject{{"factor", 0.1}})
        .pipeline("RandomZoom", ConfigObject{{"height_factor", 0.1}})
        .model("Batch");
    const Document document = std::move(chain).done();
    const Spec rows{DType::UInt8, {count, 32, 32, 3}, {}};
    LB_TRY(plan, pipelinePlan(document, setting.registry, rows, true));
    LB_TRY(slow, pipelinePlan(document, setting.registry, rows, false));
    std::vector<std::uint64_t> ids(static_cast<std::size_t>(count));
    std::iota(ids.begin(), ids.end(), 0);
    for (Plan* each : {&plan, &slow}) {
        if (Result<> set = each->setInput(0, data.images); !set.ok())
            return std::move(set.error());
        each->forward({0, 0, ids});
    }
    const ValueId out = plan.model().graph.outputs.front();
    if (Result<> same = agrees("thumbnails", plan.numbers(out), slow.numbers(out), 1e-4);
        !same.ok())
        return std::move(same.error());
    for (std::size_t call = 0; call < plan.model().calls.size(); ++call)
        plan.fixTransformation(call, plan.transformation(call)); // the drawing is not timed
    std::vector<std::uint8_t> pixels(plan.numbers(out).size());
    const Timing timing = timed(
        [&] {
            plan.forward({0, 0, ids});
            std::ranges::transform(plan.numbers(out), pixels.begin(), [](float value) {
                return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 255.0f)));
            });
        },
        5);
    Figures figures{"ms", timing.seconds, false, timing.othersCores};
    for (double& value : figures.values)
        value *= 1e3;
    return figures;
}

} // namespace lb::bench
