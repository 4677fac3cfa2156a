#pragma once

#include "core/data/sources.h"
#include "core/graph/project_file.h"
#include "tests/core/example_document.h"
#include "tests/core/training_owner.h"

#include <cstdio>

namespace lb::test {

/// Trains the built-in example on `count` of its pictures; what is held out are pictures of
/// another seed. Ends when `enough` of those are right. Returns the epochs, none if the run failed.
inline std::vector<EpochPoint> trainedExample(const LayerRegistry& registry, std::int64_t count,
                                              std::int64_t batchSize, std::int64_t epochs,
                                              double enough)
{
    TrainJob job;
    job.document = Builder::must(parseProject(builtinTemplates()[0].json, {}));
    job.document.recipe.epochs = epochs;
    job.document.recipe.batchSize = batchSize;
    const LayerDef& source = *job.document.layerOf(job.document.source()->id);
    job.document = Builder::must(edits::setParam(job.document, source.id, "count", Config(count)));
    const Config config = job.document.layer(source.id)->config;
    job.data = Builder::must(openSource(config, {}));
    job.validation = Builder::must(openHeldOut(config, {}));
    job.registry = &registry;
    job.threads = job.workers = 1; // tests share the machine
    Owner run;
    run.trainer.start(std::move(job));
    const auto reached = [&] {
        return std::ranges::any_of(
            run.epochs, [&](const EpochPoint& epoch) { return epoch.valAccuracy >= enough; });
    };
    run.untilAtMost(std::chrono::minutes(20), [&] { return run.ended() || reached(); });
    for (const EpochPoint& epoch : run.epochs)
        std::printf("epoch %d: accuracy %.4f, held out %.4f, %.1f s\n",
                    static_cast<int>(epoch.epoch) + 1, epoch.accuracy, epoch.valAccuracy,
                    epoch.seconds);
    return run.epochs;
}

} // namespace lb::test
