#pragma once

#include "core/graph/document.h"
#include "core/graph/flatten.h"
#include "core/preview/annotated_run.h"
#include "core/preview/mixed_batch.h"
#include "core/training/plan.h"

#include <optional>
#include <string>
#include <vector>

namespace lb {

/// Where a node's value stands in a plan.
struct NodePlace {
    NodeId node;
    ValueId value = 0;
    std::optional<std::size_t> call; ///< that computes it
    std::vector<Annotation> annotations = {}; ///< of the value
};

/// Values of root nodes in a flattened part: those that calls give, and those that pass on.
std::vector<NodePlace> placesOf(const Document& document, const FlatModel& model,
                                const ImageAnnotations& given);

/// What a group did with the batch's own sample: that it left it alone, or what its layers drew.
std::string shownGroup(const Document& document, const Plan& plan, NodeId group,
                       const MixedBatch& batch);

} // namespace lb
