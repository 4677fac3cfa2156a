#pragma once

#include "core/layers/registry.h"
#include "core/support/config.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace lb::bench {

/// What a work is run with.
struct Setting {
    LayerRegistry registry;
    std::filesystem::path data; ///< holds cifar-10-batches-bin, text, tabular
    int cores = 1;
};

/// One work's figures: the best repeat is the value.
struct Figures {
    std::string unit;
    std::vector<double> values; ///< a repeat each
    bool higherIsBetter = false;
    std::optional<double> othersCores; ///< cores that other programs kept busy meanwhile
    ConfigObject more = {}; ///< further fields of the line
};

/// Seconds of each of `repeats` calls, after one that is not counted.
struct Timing {
    std::vector<double> seconds;
    std::optional<double> othersCores; ///< unknown where there is no /proc, or time was too short
};
Timing timed(const std::function<void()>& work, int repeats, bool warmUp = true);
/// Of a work that goes through `count` items.
Figures perSecond(std::string unit, std::int64_t count, const Timing& timing);

struct Work {
    const char* name;
    Result<Figures> (*run)(const Setting&);
};

/// The works; each compares with the reference path first and fails if that differs.
Result<Figures> smallCnn(const Setting& setting);
Result<Figures> predictOne(const Setting& setting);
Result<Figures> augmentCifar(const Setting& setting);
Result<Figures> augmentPhoto(const Setting& setting);
Result<Figures> decodeResizeCifar(const Setting& setting);
Result<Figures> decodeResizePhotos(const Setting& setting);
Result<Figures> previewSheet(const Setting& setting);
Result<Figures> drawnShapesTo95(const Setting& setting);
Result<Figures> startUp(const Setting& setting);
Result<Figures> adaptText(const Setting& setting);
Result<Figures> vectorizeText(const Setting& setting);
Result<Figures> adaptNormalization(const Setting& setting);
Result<Figures> adaptStringLookup(const Setting& setting);
Result<Figures> adaptIntegerLookup(const Setting& setting);
Result<Figures> adaptDiscretization(const Setting& setting);

/// What `start-up` times in a new process: up to the first training step of `mlp` on ones.
Result<> firstStep(const LayerRegistry& registry, int cores);

} // namespace lb::bench
