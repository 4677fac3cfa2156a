// Runs the input pipeline with several workers and compares every batch with one worker's; also
// where an image cannot be read. A plain program for ThreadSanitizer.

#include "core/data/sources.h"
#include "core/graph/project_file.h"
#include "core/training/input_pipeline.h"

#include <cstdio>
#include <cstdlib>

using namespace lb;

namespace {

const LayerRegistry& registry()
{
    static const LayerRegistry layers = [] {
        LayerRegistry all;
        registerBuiltinLayers(all);
        return all;
    }();
    return layers;
}

/// Drawn shapes, one of which is a file that vanished.
class Incomplete final : public Source {
public:
    explicit Incomplete(SourceHandle whole, std::int64_t throws = -1)
        : m_whole(std::move(whole))
        , m_throws(throws)
    {
    }
    std::int64_t size() const override { return m_whole->size(); }
    Spec imageSpec() const override { return m_whole->imageSpec(); }
    const std::vector<std::string>& classNames() const override { return m_whole->classNames(); }
    std::int64_t label(std::int64_t index) const override { return m_whole->label(index); }
    Result<Tensor> image(std::int64_t index) const override
    {
        if (index == m_throws)
            throw std::bad_alloc();
        if (index == 77)
            return Error{ErrorCode::NotFound, "77.png", LB_TR("Error", "is not there")};
        return m_whole->image(index);
    }
    std::string dataHash() const override { return m_whole->dataHash(); }

private:
    SourceHandle m_whole;
    std::int64_t m_throws; ///< the image that there is no memory for
};

struct Pass {
    std::vector<std::vector<float>> batches;
    std::vector<std::int64_t> labels;
    std::vector<std::uint64_t> ids;
    std::string error;
    bool operator==(const Pass&) const = default;
};

/// Takes all batches; `most` ends the pass early, with work still going on.
Pass taken(InputPipeline& pipeline, const Source& source, std::uint32_t epoch,
           std::int64_t most = 1'000, std::int64_t batchSize = 24)
{
    InputPass plan;
    for (std::int64_t i = 0; i < source.size(); ++i)
        plan.rows.push_back(i);
    plan.rows = shuffled(plan.rows, 5, epoch);
    plan.batchSize = batchSize;
    plan.batches = batchCount(source.size(), plan.batchSize, false);
    plan.epoch = epoch;
    pipeline.start(plan);
    Pass pass;
    for (std::int64_t i = 0; i < most; ++i) {
        const auto next = pipeline.next();
        if (!next.ok()) {
            pass.error = next.error().where + ": " + english(next.error().message);
            break;
        }
        const InputBatch* batch = next.value();
        if (!batch)
            break;
        pass.batches.emplace_back(batch->x.front().begin(), batch->x.front().end());
        pass.labels.insert(pass.labels.end(), batch->labels.begin(), batch->labels.end());
        pass.ids.insert(pass.ids.end(), batch->sampleIds.begin(), batch->sampleIds.end());
    }
    return pass;
}

std::unique_ptr<InputPipeline> made(const Document& document, const SourceHandle& source,
                                    int workers)
{
    InputOptions options;
    options.workers = workers;
    options.prefetch = 3;
    auto pipeline = InputPipeline::make(document, registry(), source, options);
    if (!pipeline.ok()) {
        std::printf("%s\n", english(pipeline.error().message).c_str());
        std::exit(EXIT_FAILURE);
    }
    return std::move(pipeline.value());
}

/// Whether three workers give, epoch for epoch, what one gives; and an epoch that is broken off
/// leaves nothing behind.
bool agrees(const char* name, const Document& document, const SourceHandle& source,
            const std::string& error)
{
    const auto one = made(document, source, 1);
    const auto three = made(document, source, 3);
    bool same = true;
    std::size_t batches = 0;
    Pass before;
    for (const std::uint32_t epoch : {0u, 1u}) {
        taken(*three, *source, epoch + 7, 2);
        const Pass expected = taken(*one, *source, epoch);
        same = same && taken(*three, *source, epoch) == expected && expected.error == error;
        same = same && !(expected == before);
        batches += expected.batches.size();
        before = expected;
    }
    std::printf("%s: %zu batches, %s\n", name, batches, same ? "equal" : "DIFFERENT");
    return same && batches > 0;
}

/// Whether the numbers of a row hang on how large its batch is: a large one is run in parts.
bool partsAgree(const char* name, const Document& document, const SourceHandle& source)
{
    const auto pipeline = made(document, source, 2);
    std::vector<std::vector<float>> whole;
    for (const std::int64_t size : {24, 150}) {
        whole.emplace_back();
        for (const auto& batch : taken(*pipeline, *source, 0, 1'000, size).batches)
            whole.back().insert(whole.back().end(), batch.begin(), batch.end());
    }
    const bool same = whole[0] == whole[1] && !whole[0].empty();
    std::printf("%s in parts: %s\n", name, same ? "equal" : "DIFFERENT");
    return same;
}

} // namespace

int main()
{
    const char* root = std::getenv("LAYERBENCH_SOURCE");
    const std::filesystem::path data = std::filesystem::path(root ? root : ".") / "tests/data";
    const auto project = parseProject(builtinTemplates()[0].json, {});
    const auto cifar = cifar10Folder(data / "cifar-10-tiny");
    if (!project.ok() || !cifar.ok())
        return EXIT_FAILURE;
    const SourceHandle shapes = drawnShapes(400, 1);
    bool right = agrees("shapes", project.value(), shapes, "");
    right &= agrees("cifar", project.value(), cifar.value(), "");
    right &= agrees("incomplete", project.value(), std::make_shared<Incomplete>(shapes),
                    "77.png: is not there");
    right &= agrees("memory", project.value(), std::make_shared<Incomplete>(shapes, 77),
                    ": there is not enough memory for a batch; make batches or images smaller");
    right &= partsAgree("shapes", project.value(), shapes);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
