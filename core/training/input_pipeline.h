#pragma once

#include "core/data/source.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"

#include <memory>

namespace lb {

/// Rows that a model takes at once, computed by the input pipeline.
struct InputBatch {
    std::int64_t index = 0; ///< within the pass
    std::int64_t rows = 0;
    std::vector<std::span<const float>> x; ///< [rows, ...] for each value that the model takes
    std::vector<std::int64_t> labels;
    std::vector<float> numbers; ///< in their place where labels are numbers, else empty
    std::vector<std::uint64_t> sampleIds; ///< the rows' indices in the source
};

struct InputOptions {
    Phase phase = Phase::Training;
    int workers = 1;
    int prefetch = 4; ///< batches that may lie ready
};

/// One pass over some rows of a source.
struct InputPass {
    std::vector<std::int64_t> rows; ///< in the order of the pass
    std::int64_t batchSize = 32;
    std::int64_t firstBatch = 0; ///< where an interrupted pass goes on
    std::int64_t batches = 0; ///< how many there are from 0; the last may be short
    std::uint32_t epoch = 0;
};

/// Runs the part of a document before its Batch node on parallel workers, with plans of one
/// thread each, and the host work that the model begins with (withHostWorkAhead()). Batches come in
/// order and do not depend on the number of workers: every draw is
/// addressed by its sample. One thread takes them.
class InputPipeline {
public:
    /// Errors: those of flattened(); BadShape if the images differ in size and nothing resizes
    /// them, rows of ids in length, or strings come to a layer that computes; it is named.
    /// `registry` outlives the pipeline.
    static Result<std::unique_ptr<InputPipeline>> make(const Document& document,
                                                       const LayerRegistry& registry,
                                                       std::shared_ptr<const Source> source,
                                                       const InputOptions& options);
    ~InputPipeline(); ///< stops the workers

    /// What the model takes (boundaries() of document()), batch in front, kUnknown.
    const std::vector<Spec>& outputs() const;
    /// As it is divided here: its Part::Model takes outputs().
    const Document& document() const;
    void start(InputPass pass); ///< ends a pass before it
    /// The next batch, valid until the following call; null after the last.
    /// Errors: those of the source, and of the pipeline's layers.
    Result<const InputBatch*> next();

    double filled() const; ///< share of the prefetched batches that are ready, 0..1
    std::vector<std::string> callNames() const;
    std::vector<double> callMs() const; ///< per call, a sample, since the pass began
    void callMs(std::vector<double>& into) const; ///< the same, into memory that is there

private:
    struct Impl;
    explicit InputPipeline(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Batches in a pass over `rows` rows.
std::int64_t batchCount(std::int64_t rows, std::int64_t batchSize, bool dropRemainder);

} // namespace lb
