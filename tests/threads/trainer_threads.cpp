// Commands a trainer from one thread while it trains on its own, and takes its mail meanwhile.
// A plain program for ThreadSanitizer.

#include "core/data/sources.h"
#include "tests/core/example_document.h"
#include "tests/core/training_owner.h"

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

/// Vectors of twelve numbers; the class is where they are large.
SourceHandle vectors(std::int64_t rows)
{
    std::vector<std::int64_t> labels;
    Tensor x = Tensor::make<float>({rows, 12}, [&](std::span<float> out) {
        for (std::int64_t i = 0; i < rows; ++i) {
            labels.push_back(i % 3);
            for (std::int64_t p = 0; p < 12; ++p)
                out[static_cast<std::size_t>(i * 12 + p)]
                    = static_cast<float>((i * 7 + p * 5) % 11) / 11
                    + (p / 4 == i % 3 ? 1.0f : 0.0f);
        }
    });
    return std::make_shared<MemorySource>(std::move(x), std::move(labels),
                                          std::vector<std::string>{"a", "b", "c"});
}

TrainJob job(std::int64_t epochs)
{
    test::Builder b;
    const NodeId source = b.source();
    NodeId at = b.after(source, flow::kBatch);
    at = b.after(at, "Dense", ConfigObject{{"units", 8}});
    at = b.after(at, "Dense", ConfigObject{{"units", 3}, {"activation", "softmax"}});
    b.output(at, source);
    TrainJob made;
    made.document = b.document;
    made.document.recipe.epochs = epochs;
    made.document.recipe.batchSize = 16;
    made.data = vectors(100);
    made.registry = &registry();
    return made;
}

bool check(bool right, const char* claim)
{
    std::printf("%s: %s\n", claim, right ? "yes" : "NO");
    return right;
}

} // namespace

int main()
{
    bool right = true;
    {
        test::Owner run;
        run.trainer.start(job(20));
        right &= check(run.untilEnd() && run.now.state == RunState::Finished, "finishes");
        right &= check(run.steps.size() == 20 * 6 && run.epochs.size() == 20, "loses no step");
    }
    {
        test::Owner run;
        run.trainer.start(job(1'000'000));
        right &= check(run.until([&] { return run.steps.size() > 50; }), "trains");
        run.trainer.pause();
        right &= check(run.untilPaused(), "pauses");
        right &= check(run.oneStep() && run.oneStep(), "steps");
        run.trainer.requestCheckpoint();
        right &= check(run.until([&] { return run.checkpoint.has_value(); }), "gives a checkpoint");
        run.trainer.resume();
        run.trainer.pause();
        run.trainer.resume();
        TrainJob rest = job(1'000'000);
        rest.resume = run.checkpoint;
        run.trainer.start(std::move(rest));
        right &= check(run.until([&] { return run.now.state == RunState::Running; }), "goes on");
        run.trainer.stop();
        right &= check(run.untilEnd() && run.now.state == RunState::Stopped, "stops");
    }
    {
        test::Owner run;
        run.trainer.start(job(1'000'000)); // destroyed while it trains
    }
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
