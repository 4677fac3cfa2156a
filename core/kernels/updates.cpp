#include "core/kernels/updates.h"

#include "core/kernels/vectorized.h"

#include <algorithm>
#include <cmath>

namespace lb::kernels {

LB_VECTORIZED void descend(std::size_t count, float rate, const float* __restrict g,
                           float* __restrict w)
{
    for (std::size_t i = 0; i < count; ++i)
        w[i] -= rate * g[i];
}

LB_VECTORIZED void descendWithMomentum(std::size_t count, float rate, float momentum,
                                       bool nesterov, const float* __restrict g,
                                       float* __restrict m, float* __restrict w)
{
    if (nesterov) {
        for (std::size_t i = 0; i < count; ++i) {
            m[i] = momentum * m[i] - rate * g[i];
            w[i] += momentum * m[i] - rate * g[i];
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        m[i] = momentum * m[i] - rate * g[i];
        w[i] += m[i];
    }
}

LB_VECTORIZED void rmsProp(std::size_t count, const RmsProp& at, const float* __restrict g,
                           float* __restrict v, float* __restrict m, float* __restrict average,
                           float* __restrict w)
{
    const RmsProp by = at; // in registers: `at` could be part of an array below
    for (std::size_t i = 0; i < count; ++i)
        v[i] = by.rho * v[i] + by.oneMinusRho * (g[i] * g[i]);
    if (average)
        for (std::size_t i = 0; i < count; ++i)
            average[i] = by.rho * average[i] + by.oneMinusRho * g[i];
    const auto step = [&](std::size_t i, float variance) {
        return by.rate * g[i] / std::sqrt(variance + by.epsilon);
    };
    if (!average && !m) {
        for (std::size_t i = 0; i < count; ++i)
            w[i] -= step(i, v[i]);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        float move = step(i, average ? v[i] - average[i] * average[i] : v[i]);
        if (m)
            move = m[i] = by.momentum * m[i] + move;
        w[i] -= move;
    }
}

LB_VECTORIZED void adam(std::size_t count, const Adam& at, const float* __restrict g,
                        float* __restrict m, float* __restrict v, float* __restrict most,
                        float* __restrict w)
{
    const Adam by = at;
    if (most) {
        for (std::size_t i = 0; i < count; ++i) {
            m[i] += (g[i] - m[i]) * by.oneMinusBeta1;
            v[i] += (g[i] * g[i] - v[i]) * by.oneMinusBeta2;
            most[i] = std::max(most[i], v[i]);
            w[i] -= m[i] * by.alpha / (std::sqrt(most[i]) + by.epsilon);
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        m[i] += (g[i] - m[i]) * by.oneMinusBeta1;
        v[i] += (g[i] * g[i] - v[i]) * by.oneMinusBeta2;
        w[i] -= m[i] * by.alpha / (std::sqrt(v[i]) + by.epsilon);
    }
}

LB_VECTORIZED void follow(std::size_t count, float momentum, const float* __restrict w,
                          float* __restrict average)
{
    const float rest = 1 - momentum;
    for (std::size_t i = 0; i < count; ++i)
        average[i] = momentum * average[i] + rest * w[i];
}

LB_VECTORIZED void scaled(std::size_t count, float factor, const float* x, float* y)
{
    for (std::size_t i = 0; i < count; ++i)
        y[i] = factor * x[i];
}

LB_VECTORIZED void clipped(std::size_t count, float most, const float* x, float* y)
{
    for (std::size_t i = 0; i < count; ++i)
        y[i] = std::min(std::max(x[i], -most), most);
}

double squares(std::size_t count, const float* x)
{
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += double{x[i]} * double{x[i]};
    return sum;
}

} // namespace lb::kernels
