#pragma once

#include "core/data/source.h"

#include <filesystem>
#include <memory>

namespace lb {

using SourceHandle = std::shared_ptr<const Source>;

/// Ten classes of shapes on 32x32x3 pixels, drawn by the program: outlines and fills, colours,
/// noise, clutter, position, size, rotation, occlusion. Image i depends on (seed, i) only.
SourceHandle drawnShapes(std::int64_t count, std::uint64_t seed);

/// CIFAR-10's binary folder: data_batch_*.bin (or, with `test`, test_batch.bin) and
/// batches.meta.txt. Errors: NotFound, BadFile naming the file whose length is no multiple of a
/// record (1 label, 3,072 pixels).
Result<SourceHandle> cifar10Folder(const std::filesystem::path& folder, bool test = false);

/// A folder a class; names are bytes, sorted bytewise. Images are decoded on demand; files that are
/// no images are counted and listed. Errors: NotFound, BadFile if no folder holds an image.
Result<SourceHandle> imageFolder(const std::filesystem::path& folder);

struct ClassCounts {
    std::vector<std::int64_t> counts; ///< a class each
    double imbalance = 1; ///< largest over smallest; infinity if a class is empty
};
ClassCounts classCounts(const Source& source);

} // namespace lb
