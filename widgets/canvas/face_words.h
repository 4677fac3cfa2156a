#pragma once

#include "widgets/canvas/node_face.h"

namespace lb::canvas {

QString lossLabel(const std::string& loss); ///< "sparse CE"
/// The class, unless somebody gave the layer a name of its own: dense_2 is none, "head" is.
QString titleOf(const LayerDef& layer);
/// One word for what is wrong, with the icon of its severity.
Chip chipOf(const Problem& problem);
/// What adapting learned from: "6,080 rows, 0.4 s".
QString footnoteOf(const Config& record);

} // namespace lb::canvas
