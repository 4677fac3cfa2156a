#pragma once

#include "core/support/config.h"
#include "core/support/limits.h"

namespace lb {

/// Answers a loss that somebody wrote down: {"loss": {class_name, config}, "y_true", "y_pred",
/// "sample_weight"}. The answer has `value` and `gradient`, of the sum of the value in y_pred.
/// Errors: BadFile (numbers, a field that is not known), Unsupported (a loss or option), BadShape.
/// Source: Keras 3 `Loss`, `reduce_weighted_values`.
Result<ConfigObject> answeredLoss(const Config& question, const Limits& limits = {});

} // namespace lb
