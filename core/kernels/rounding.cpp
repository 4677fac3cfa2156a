#include "core/kernels/rounding.h"

#include "core/kernels/vectorized.h"

#include <cmath>
#include <cstddef>

namespace lb::kernels {

LB_VECTORIZED void roundEven(std::span<const float> x, float* y)
{
    const float* from = x.data();
    const std::size_t count = x.size();
    for (std::size_t i = 0; i < count; ++i)
        y[i] = std::nearbyint(from[i]); // default mode: half to even
}

LB_VECTORIZED void wrapToBytes(std::span<const float> x, float* y)
{
    const float* from = x.data();
    const std::size_t count = x.size();
    for (std::size_t i = 0; i < count; ++i) {
        const float whole = std::trunc(from[i]);
        y[i] = whole - 256 * std::floor(whole / 256); // each step is exact
    }
}

} // namespace lb::kernels
