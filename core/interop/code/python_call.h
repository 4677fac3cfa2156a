#pragma once

#include "core/graph/document.h"
#include "core/layers/layer.h"

namespace lb {

/// A value as a Python literal: None, True, 1.0, 'text', [1, 2], {'a': 1}.
std::string pythonLiteral(const Config& value);

/// Whether Keras' constructor refuses a parameter beside what `config` has in its place: num_bins of a
/// Discretization that is given its boundaries, which Keras itself saves together.
bool isReplaced(std::string_view kerasClass, std::string_view key, const Config& config);

/// The call that makes a layer in Keras, with what differs from Keras' defaults:
/// "keras.layers.Dense(\n    units=10,\n    name='dense_1',\n)". A comment for our own classes.
std::string pythonCall(const LayerType& type, const LayerDef& layer);

} // namespace lb
