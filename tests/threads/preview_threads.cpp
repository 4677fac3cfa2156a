// Wants previews faster than they are made, from several threads, and compares what arrives with
// an engine on one thread. A plain program for ThreadSanitizer.

#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/preview/preview_worker.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace lb;

namespace {

constexpr int kThreads = 3;
constexpr int kWishes = 40;

struct Project {
    std::shared_ptr<const Document> document;
    NodeId zoom;
};

/// source -> rotation -> zoom
Project project()
{
    Document document = emptyDocument();
    NodeId last;
    for (const auto& [kerasClass, config] :
         {std::pair{"Source", Config(ConfigObject{})},
          std::pair{"RandomRotation", Config(ConfigObject{{"factor", 0.2}})},
          std::pair{"RandomZoom", Config(ConfigObject{{"height_factor", 0.3}})}}) {
        auto added = edits::addLayer(document, document.root().id, kerasClass, config,
                                     Stage::Pipeline, {});
        document = std::move(added.value().document);
        if (last.value)
            document = edits::connect(document, {last, 0}, added.value().node, "").value();
        last = added.value().node;
    }
    return {std::make_shared<const Document>(std::move(document)), last};
}

PreviewTask taskOf(const TargetHandle& target,
                   const std::vector<std::shared_ptr<const PreviewSample>>& samples, int number)
{
    PreviewTask task;
    task.target = target;
    task.sample = samples[static_cast<std::size_t>(number) % samples.size()];
    task.draw = static_cast<std::uint32_t>(number);
    return task;
}

} // namespace

int main()
{
    LayerRegistry registry;
    registerBuiltinLayers(registry);
    const Project shown = project();
    const TargetHandle target = previewTarget(
        {shown.document, shown.zoom, PreviewScope::UpToHere, Phase::Training}, registry);
    std::vector<std::shared_ptr<const PreviewSample>> samples;
    const SourceHandle source = drawnShapes(4, 1);
    for (std::int64_t row = 0; row < 4; ++row)
        samples.push_back(std::make_shared<const PreviewSample>(
            previewSample("shape", source->image(row).value(), static_cast<std::uint64_t>(row))));

    std::atomic<int> woken = 0;
    std::map<std::string, PreviewResultHandle> arrived;
    std::vector<PreviewTask> last;
    {
        PreviewWorker worker(registry, [&] { ++woken; });
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < kThreads; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < kWishes; ++i)
                        worker.want(
                            {taskOf(target, samples, t * kWishes + i), taskOf(target, samples, i)});
                });
        }
        for (int i = 0; i < 16; ++i)
            last.push_back(taskOf(target, samples, 7 * i));
        worker.want(last);
        while (!worker.idle()) {
            for (PreviewResultHandle& result : worker.take())
                arrived[result->key] = result;
            std::this_thread::yield();
        }
        worker.want({taskOf(target, samples, 1'000)}); // is stopped by the destructor
    }
    bool same = true;
    PreviewEngine engine(registry);
    for (const PreviewTask& task : last) {
        const auto found = arrived.find(task.key());
        const Result<PreviewRun> alone = engine.run(task);
        same &= found != arrived.end() && alone.ok() && !found->second->error
            && found->second->pictures.front().picture
                == pictureOf(alone.value().values.front().value, alone.value().values.front().range,
                             task.picture);
    }
    std::printf("%zu previews, %s\n", last.size(), same ? "equal" : "DIFFERENT");
    return same && woken > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
