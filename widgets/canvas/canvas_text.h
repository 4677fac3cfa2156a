#pragma once

#include "core/layers/param_spec.h"
#include "core/tensor/spec.h"

#include <QString>

/// How the canvas writes values: short, mono-spaced where they stand, the same everywhere.
namespace lb::canvas {

QString shapeLabel(const Spec& spec); ///< "B×32×32×3": B the batch, ? unknown
QString rangeLabel(const Spec& spec); ///< "f32 0–255", "f32 ±1.0", "i64 0–9", "u8"
/// For a screen reader: "32 by 32 by 3, range 0 to 255".
QString spokenSpec(const Spec& spec);

QString costLabel(double milliseconds); ///< "0.04 ms", "<0.01 ms", "12.3 ms"; negative: "–"
QString countLabel(std::int64_t count); ///< "896", "20,490", "23.6 M"
QString nodeCount(std::size_t count); ///< "1 node", "18 nodes"
QString numberLabel(double value); ///< "0.1", "1/255", "−2": at most three significant digits

/// A parameter's value in a node: "±0.10", "3×3", "reflect", "auto" for a seed that is not set.
QString valueLabel(const ParamSpec& spec, const Config& value);
QString keyLabel(const std::string& key); ///< "fill" for fill_mode: what fits beside the value

} // namespace lb::canvas
