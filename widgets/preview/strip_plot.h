#pragma once

#include "core/layers/random_layer.h"
#include "widgets/preview/contact_sheet.h"

namespace lb {

/// How the layer itself writes a number that it drew: "+12.4°".
QString drawnText(const RandomLayerType& type, const DrawnRange& range, double number);

/// Where `numbers` lie in the range they were drawn from.
StripPlot stripPlot(const RandomLayerType& type, const DrawnRange& range,
                    std::vector<double> numbers);

QString sizesText(const Shape& shape); ///< "32×32×16"; "scalar" for []

} // namespace lb
