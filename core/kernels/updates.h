#pragma once

#include <cstddef>

/// One pass over a weight, its gradient and what an optimizer carries on, each of `count` floats.
/// They do not overlap. Plain C++, no allocation; any thread.
namespace lb::kernels {

/// w -= rate * g.
void descend(std::size_t count, float rate, const float* g, float* w);

/// m = momentum * m - rate * g; w += m, or with `nesterov` w += momentum * m - rate * g.
void descendWithMomentum(std::size_t count, float rate, float momentum, bool nesterov,
                         const float* g, float* m, float* w);

struct RmsProp {
    float rate, rho, oneMinusRho, epsilon, momentum;
};
/// v = rho v + (1 - rho) g²; w -= rate * g / sqrt(v + epsilon). With `m` the step is collected in
/// it first, m = momentum m + step; with `average` its square leaves v: the variance of g.
void rmsProp(std::size_t count, const RmsProp& at, const float* g, float* v, float* m,
             float* average, float* w);

struct Adam {
    float alpha, oneMinusBeta1, oneMinusBeta2, epsilon;
};
/// m += (g - m) (1 - beta1); v += (g² - v) (1 - beta2); w -= alpha m / (sqrt(v) + epsilon). With
/// `most` (amsgrad) the largest v so far stands for v.
void adam(std::size_t count, const Adam& at, const float* g, float* m, float* v, float* most,
          float* w);

/// average = momentum * average + (1 - momentum) * w.
void follow(std::size_t count, float momentum, const float* w, float* average);
void scaled(std::size_t count, float factor, const float* x, float* y); ///< y = factor * x
void clipped(std::size_t count, float most, const float* x, float* y); ///< y = x in -most..most
double squares(std::size_t count, const float* x); ///< sum of x²

} // namespace lb::kernels
