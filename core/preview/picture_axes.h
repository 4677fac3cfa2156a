#pragma once

#include "core/graph/document.h"
#include "core/preview/picture.h"

#include <map>

namespace lb {

/// Which axes the result of a layer has, without batch: PitchFirst or TimeFirst of a spectrogram, as
/// Keras lays them; AsTheyLie of every other layer.
PictureAxes axesOf(std::string_view kerasClass, const Config& config);
/// The same of any node's value: layers behind a spectrogram keep its axes as long as there are as
/// many (`shapes`, as far as they are known) and none exchanges them.
PictureAxes axesAt(const Document& document, NodeId node, const std::map<NodeId, Shape>& shapes);

} // namespace lb
