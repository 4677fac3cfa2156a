#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// The labels that belong to what `model` predicts in training, where MixUp and CutMix mixed the
/// images on the way: mixed with the same draws, as Keras does with labels that are given beside
/// images. Groups that are used by chance choose between labels as they do between images.
///
/// `labels` is a value of the graph, a row of numbers a sample; the result is it or a value that is
/// appended. Errors: those of the layers.
Result<ValueId> mixedLabels(FlatModel& model, ValueId labels, Phase phase);

} // namespace lb
