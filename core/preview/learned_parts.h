#pragma once

#include "core/preview/learned_report.h"

namespace lb {

/// What a report is made of.
struct LearnedQuestion {
    const Document& document;
    const LayerRegistry& registry;
    const Source& source;
    NodeId node;
    const LayerDef& layer;
    std::span<const std::int64_t> rows;
    const JobContext& job;
};

Result<MomentsReport> momentsReport(const LearnedQuestion& question);
Result<BinsReport> binsReport(const LearnedQuestion& question);
Result<CollisionReport> collisionReport(const LearnedQuestion& question);
Result<MatrixReport> matrixReport(const LearnedQuestion& question);

/// What a class learns in numbers, by Keras' names; empty if nothing.
std::vector<std::string> learnedColumns(std::string_view kerasClass);
const Tensor* tensorIn(const StateHandle& state, std::string_view name); ///< null: not there
std::vector<float> floatsIn(const Tensor& tensor); ///< every number of any dtype; none of strings
std::string valueText(const Tensor& tensor, std::size_t element); ///< as people write it

} // namespace lb
