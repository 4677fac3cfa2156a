#pragma once

#include "core/support/config.h"

#include <QString>

#include <optional>

namespace lb {

/// A number as people write parameters: the shortest text that reads back the same, "1/255" for
/// the reciprocal of a whole number that would need many digits. Same in every locale, as in Keras.
QString numberText(double value);
QString numberText(const Config& number); ///< integers without a point; "" for what is no number
/// `value` with `digits` places, "+" in front of positive ones if `sign`; a real minus.
QString fixedText(double value, int digits, bool sign = false);

/// A loss or an accuracy with three places; a dash where there is none (NaN).
QString metricText(double value);

/// Reads "12", "-0.5", "1e-3", "1/255"; a comma for the point too. Nothing if it is no number.
std::optional<double> parsedNumber(const QString& text);
std::optional<std::int64_t> parsedInteger(const QString& text);
/// Both kinds of Config number as a double.
std::optional<double> realOf(const Config& number);

} // namespace lb
