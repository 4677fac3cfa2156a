#include "widgets/inspector/param_editor_parts.h"

#include "widgets/inspector/number_field.h"
#include "widgets/support/number_text.h"

#include <QHBoxLayout>

#include <cmath>

namespace lb::parts {

QHBoxLayout* plainRow(QWidget* owner, int spacing)
{
    auto* row = new QHBoxLayout(owner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing);
    return row;
}

double niceStep(double from, double to, bool integral)
{
    const double raw = (to - from) / 200;
    const double base = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = raw > 5 * base ? 10 * base
        : raw > 2 * base               ? 5 * base
        : raw > base                   ? 2 * base
                                       : base;
    return integral ? std::max(1.0, std::round(step)) : step;
}

Config numberConfig(double value, bool integral)
{
    return integral ? Config(static_cast<std::int64_t>(std::llround(value))) : Config(value);
}

void setUpField(NumberField& field, const ParamSpec& spec)
{
    field.setLimits(realOf(spec.least), realOf(spec.most));
    const auto from = realOf(spec.sliderFrom), to = realOf(spec.sliderTo);
    if (from && to && *to > *from && !spec.integral)
        field.setStep(niceStep(*from, *to, spec.integral) * 2);
}

} // namespace lb::parts
