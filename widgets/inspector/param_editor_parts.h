#pragma once

#include "core/layers/param_spec.h"

class QHBoxLayout;
class QWidget;

namespace lb {
class NumberField;
}

/// What the editors of numbers have in common.
namespace lb::parts {

QHBoxLayout* plainRow(QWidget* owner, int spacing = 8); ///< without margins
double niceStep(double from, double to, bool integral); ///< decimal; 100 to 200 go into the range
Config numberConfig(double value, bool integral);
void setUpField(NumberField& field, const ParamSpec& spec); ///< limits and step

} // namespace lb::parts
