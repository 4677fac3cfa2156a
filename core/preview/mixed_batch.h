#pragma once

#include "core/graph/flatten.h"
#include "core/preview/preview.h"

#include <list>

namespace lb {

/// Whether a layer of that class makes its rows from several samples of a batch.
bool mixesSamples(std::string_view kerasClass);
/// The first call of a part that does so with what it draws; null: none.
const CallOrigin* mixingCall(const FlatModel& model);

/// The batch that a sample is previewed in where samples are mixed: itself and those of its partners
/// that have as many channels, as large as itself, in the order of their numbers.
struct MixedBatch {
    std::vector<std::shared_ptr<const PreviewSample>> rows;
    std::vector<std::int64_t> numbers; ///< of the rows
    std::size_t own = 0; ///< row of the sample

    std::vector<std::uint64_t> ids() const;
    Tensor images() const; ///< [rows, height, width, channels]
    /// What was drawn, with the numbers of the rows in place of the rows.
    Transformation named(const Transformation& drawn) const;
};

/// Makes batches, and remembers the last partners of another size that it resized.
class BatchMaker {
public:
    MixedBatch batchOf(const PreviewTask& task);

private:
    std::shared_ptr<const PreviewSample> fitted(const std::shared_ptr<const PreviewSample>& sample,
                                                const Shape& shape);

    std::list<std::shared_ptr<const PreviewSample>> m_resized; // the newest first
};

/// Row `row` of a value with `count` rows, without batch.
Tensor rowOf(const Tensor& value, std::size_t row, std::size_t count);

} // namespace lb
