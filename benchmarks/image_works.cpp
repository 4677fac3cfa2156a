#include "benchmarks/bench.h"
#include "benchmarks/models.h"
#include "benchmarks/pictures.h"

#include "core/ops/interpreter.h"

#include <cmath>
#include <numeric>

// Works on images in memory.
namespace lb::bench {
namespace {

constexpr std::int64_t kImageBatch = 64;

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

Result<Tensor> rowsOf(const Source& source, std::int64_t count)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    const std::size_t first = 0;
    LB_TRY(block, source.block({&first, 1}, rows));
    return std::move(block.front());
}

/// What the document makes of the first rows, op by op and pixel by pixel in double precision, with
/// the draws of these rows.
Result<std::vector<float>> inDouble(const Document& document, const LayerRegistry& registry,
                                    const Tensor& images, std::span<const std::uint64_t> ids)
{
    LB_TRY(plan, pipelinePlan(document, registry, {images.dtype(), images.shape(), {}}, false));
    if (Result<> set = plan.setInput(0, images); !set.ok())
        return std::move(set.error());
    plan.forward({0, 0, ids});
    const OpGraph& graph = plan.model().graph;
    Interpreter<double> slow(graph);
    slow.set(graph.inputs.front(), images);
    for (const DrawSpec& draw : graph.draws)
        slow.set(draw.value, plan.transformation(draw.origin).find(draw.name)->second);
    if (Result<> ran = slow.run(); !ran.ok())
        return std::move(ran.error());
    const std::span<const double> y = slow.value(graph.outputs.front());
    return std::vector<float>(y.begin(), y.end());
}

/// Images of a source, augmented in batches.
Result<Figures> augmenting(const Setting& setting, const std::shared_ptr<const Source>& source)
{
    const std::int64_t compared = std::min<std::int64_t>(source->size(), kImageBatch);
    // float32 places a pixel up to 1e-4 of a pixel's width elsewhere than double does
    constexpr double tolerance = 0.05; // of 255
    const Document document = augmentation();
    InputOptions options;
    options.workers = setting.cores;
    LB_TRY(pipeline, InputPipeline::make(document, setting.registry, source, options));
    const InputPass pass = wholePass(source->size(), kImageBatch);
    pipeline->start(pass);
    LB_TRY(first, pipeline->next());
    LB_TRY(images, rowsOf(*source, compared));
    LB_TRY(reference, inDouble(document, setting.registry, images,
                               std::span(first->sampleIds).first(static_cast<std::size_t>(compared))));
    if (Result<> same
        = agrees("images", first->x.front().first(reference.size()), reference, tolerance);
        !same.ok())
        return std::move(same.error());
    return perSecond("images/s", source->size(), timed([&] { drain(*pipeline, pass); }, 5));
}

} // namespace

InputPass wholePass(std::int64_t count, std::int64_t batchSize)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return {std::move(rows), batchSize, 0, batchCount(count, batchSize, false), 0};
}

void drain(InputPipeline& pipeline, const InputPass& pass)
{
    pipeline.start(pass);
    for (auto next = pipeline.next(); next.ok() && next.value(); next = pipeline.next()) {
    }
}

Result<Figures> augmentCifar(const Setting& setting)
{
    LB_TRY(data, cifar(setting.data, 6'400));
    return augmenting(setting, std::make_shared<MemorySource>(
                                   asFloats(data.images), data.labels,
                                   std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7",
                                                            "8", "9"}));
}

Result<Figures> augmentPhoto(const Setting& setting)
{
    constexpr std::int64_t count = 256;
    LB_TRY(images, photos(setting.data, count));
    return augmenting(setting, std::make_shared<MemorySource>(
                                   asFloats(images), std::vector<std::int64_t>(count, 0),
                                   std::vector<std::string>{"photo"}));
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
