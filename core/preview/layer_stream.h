#pragma once

#include "core/data/source.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/support/jobs.h"

#include <functional>

namespace lb {

/// Some rows as they come to a node, and what its layer makes of them.
struct LayerBlock {
    std::span<const std::int64_t> rows; ///< of the source
    std::vector<Tensor> inputs; ///< [rows, ...] each, in the order of the layer's inputs
    Tensor output; ///< the first output
};

/// Runs rows of the data through the graph up to a node of the root, block by block, as at
/// inference and without train-only layers: memory does not grow with the data. One thread; tells
/// `job` of every block. Strings and integers that come straight from the data are exact.
/// Errors: NotFound (no such node, nothing connected), those of the source, the layers and `visit`,
/// Cancelled.
Result<> streamed(const Document& document, const LayerRegistry& registry, const Source& source,
                  NodeId node, std::span<const std::int64_t> rows, const JobContext& job,
                  const std::function<Result<>(const LayerBlock&)>& visit);

} // namespace lb
