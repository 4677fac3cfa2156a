#pragma once

#include <QString>

#include <cmath>

namespace lb {

/// A format of printf that tells numbers apart which lie `step` from each other.
inline QString axisFormat(double step)
{
    constexpr int kMostDigits = 6;
    int digits = 0;
    for (; digits < kMostDigits && std::abs(step - std::round(step)) > 1e-6; ++digits)
        step *= 10;
    return QString("%.%1f").arg(digits);
}

} // namespace lb
