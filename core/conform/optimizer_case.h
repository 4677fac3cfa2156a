#pragma once

#include "core/support/config.h"
#include "core/support/limits.h"

namespace lb {

/// Answers steps of an optimizer that somebody wrote down: {"optimizer", "initial", "gradients"}.
/// The answer has `after` (every variable after every step), `learning_rates` and `final`.
/// Errors: BadFile (numbers, a field that is not known), Unsupported (an optimizer), BadShape.
Result<ConfigObject> answeredOptimizer(const Config& question);

/// Answers a metric that somebody wrote down: {"metric", "updates": [{y_true, y_pred,
/// sample_weight}]}: an accuracy or the mean of a loss. The answer has `results`, one after each update.
/// Errors: BadFile, Unsupported (a metric), BadShape.
Result<ConfigObject> answeredMetric(const Config& question);

} // namespace lb
