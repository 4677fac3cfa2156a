#pragma once

#include "benchmarks/bench.h"
#include "core/data/source.h"
#include "core/training/input_pipeline.h"

namespace lb::bench {

/// `photos(count)`: the files of photos in name order at 224x224, repeated; uint8
/// [count, 224, 224, 3]. Shrunk with antialiasing as Pillow does, but not to the last bit.
Result<Tensor> photos(const std::filesystem::path& data, std::int64_t count);

/// All rows of a source in their order.
InputPass wholePass(std::int64_t count, std::int64_t batchSize);
/// Takes every batch of a pass.
void drain(InputPipeline& pipeline, const InputPass& pass);

} // namespace lb::bench
