#include "core/layers/sound_window.h"

#include "core/layers/codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace lb {
namespace {

using Weights = std::vector<double>;
constexpr double kPi = std::numbers::pi;

template <typename F> Weights each(std::int64_t count, F&& weight)
{
    Weights w(static_cast<std::size_t>(count));
    for (std::int64_t n = 0; n < count; ++n)
        w[static_cast<std::size_t>(n)] = weight(static_cast<double>(n));
    return w;
}

/// Σ a(k) cos(k x), x from -π to π.
Weights cosines(std::int64_t count, std::span<const double> a)
{
    const double step = 2 * kPi / static_cast<double>(count - 1);
    return each(count, [&](double n) {
        double sum = 0;
        for (std::size_t k = 0; k < a.size(); ++k)
            sum += a[k] * std::cos(static_cast<double>(k) * (n * step - kPi));
        return sum;
    });
}

Weights triangle(std::int64_t count)
{
    const bool even = count % 2 == 0;
    const auto m = static_cast<double>(count);
    return each(count, [&](double n) {
        const double place = std::min(n, m - 1 - n) + 1;
        return even ? (2 * place - 1) / m : 2 * place / (m + 1);
    });
}

Weights parzen(std::int64_t count)
{
    const auto m = static_cast<double>(count);
    return each(count, [&](double n) {
        const double at = std::abs(n - (m - 1) / 2);
        const double share = at / (m / 2);
        return at > (m - 1) / 4 ? 2 * std::pow(1 - share, 3)
                                : 1 - 6 * share * share + 6 * share * share * share;
    });
}

Weights tukey(std::int64_t count)
{
    constexpr double kAlpha = 0.5;
    const double last = static_cast<double>(count - 1);
    const double width = std::floor(kAlpha * last / 2);
    return each(count, [&](double n) {
        if (n <= width)
            return 0.5 * (1 + std::cos(kPi * (-1 + 2 * n / kAlpha / last)));
        if (n < last - width)
            return 1.0;
        return 0.5 * (1 + std::cos(kPi * (-2 / kAlpha + 1 + 2 * n / kAlpha / last)));
    });
}

struct Known {
    std::string_view name;
    Weights (*make)(std::int64_t count);
};

constexpr std::array kHann{0.5, 0.5};
constexpr std::array kHamming{0.54, 0.46};
constexpr std::array kBlackman{0.42, 0.5, 0.08};
constexpr std::array kNuttall{0.3635819, 0.4891775, 0.1365995, 0.0106411};
constexpr std::array kBlackmanHarris{0.35875, 0.48829, 0.14128, 0.01168};
constexpr std::array kFlatTop{0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368};

/// By SciPy's names; each makes the symmetric window of two samples or more.
constexpr std::array kKnown{
    Known{"hann", [](std::int64_t m) { return cosines(m, kHann); }},
    Known{"hamming", [](std::int64_t m) { return cosines(m, kHamming); }},
    Known{"blackman", [](std::int64_t m) { return cosines(m, kBlackman); }},
    Known{"nuttall", [](std::int64_t m) { return cosines(m, kNuttall); }},
    Known{"blackmanharris", [](std::int64_t m) { return cosines(m, kBlackmanHarris); }},
    Known{"flattop", [](std::int64_t m) { return cosines(m, kFlatTop); }},
    Known{"boxcar", [](std::int64_t m) { return each(m, [](double) { return 1.0; }); }},
    Known{"triang", triangle},
    Known{"parzen", parzen},
    Known{"tukey", tukey},
    Known{"bartlett",
          [](std::int64_t m) {
              const double half = static_cast<double>(m - 1) / 2;
              return each(m, [half](double n) { return 1 - std::abs(n - half) / half; });
          }},
    Known{"barthann",
          [](std::int64_t m) {
              const auto last = static_cast<double>(m - 1);
              return each(m, [last](double n) {
                  const double x = std::abs(n / last - 0.5);
                  return 0.62 - 0.48 * x + 0.38 * std::cos(2 * kPi * x);
              });
          }},
    Known{"bohman",
          [](std::int64_t m) {
              const auto last = static_cast<double>(m - 1);
              return each(m, [last](double n) {
                  const double x = std::abs(2 * n / last - 1);
                  return n == 0 || n == last
                      ? 0
                      : (1 - x) * std::cos(kPi * x) + std::sin(kPi * x) / kPi;
              });
          }},
    Known{"cosine",
          [](std::int64_t m) {
              const auto count = static_cast<double>(m);
              return each(m, [count](double n) { return std::sin(kPi / count * (n + 0.5)); });
          }},
    Known{"exponential",
          [](std::int64_t m) {
              const double half = static_cast<double>(m - 1) / 2;
              return each(m, [half](double n) { return std::exp(-std::abs(n - half)); });
          }},
};

/// Rounds each step to Number, as Keras does that computes in it.
template <RealNumber Number>
void fillKernel(std::span<Number> out, const Weights& weights, std::int64_t bins, bool imaginary,
                const std::string& scaling)
{
    using Real = std::conditional_t<std::same_as<Number, double>, double, float>;
    const auto rounded = [](Real x) { return static_cast<Real>(static_cast<Number>(x)); };
    Real sum = 0;
    for (const double weight : weights) {
        const Real w = rounded(static_cast<Real>(weight));
        sum += scaling == "density" ? rounded(w * w) : std::abs(w);
    }
    sum = rounded(sum);
    const Real divisor = scaling.empty() ? 1 : scaling == "density" ? rounded(std::sqrt(sum)) : sum;
    const auto places = static_cast<Real>((bins - 1) * 2);
    const Real pi = rounded(std::numbers::pi_v<Real>);
    auto at = out.begin();
    for (std::size_t t = 0; t < weights.size(); ++t)
        for (std::int64_t k = 0; k < bins; ++k) {
            const Real frequency = rounded(static_cast<Real>(k) / places);
            const Real angle = rounded(rounded(-2 * static_cast<Real>(t) * frequency) * pi);
            const Real wave = rounded(imaginary ? std::sin(angle) : std::cos(angle));
            const Real w = rounded(static_cast<Real>(weights[t]));
            *at++ = static_cast<Number>(rounded(wave * w) / divisor);
        }
}

} // namespace

std::vector<std::string> windowNames()
{
    std::vector<std::string> names;
    for (const Known& known : kKnown)
        names.emplace_back(known.name);
    return names;
}

Result<std::vector<double>> windowOf(const Config& window, std::int64_t length, bool periodic)
{
    if (window.isNull())
        return Weights(static_cast<std::size_t>(length), 1.0);
    if (Weights given; Codec<Weights>::read(window, given)) {
        if (std::ssize(given) != length)
            return Error{ErrorCode::BadParameter,
                         "window",
                         {LB_TR("Error", "needs %1 numbers, has %2"),
                          {length, std::ssize(given)}}};
        return given;
    }
    const auto* name = window.as<std::string>();
    const auto* found
        = name ? std::ranges::find(kKnown, std::string_view(*name), &Known::name) : kKnown.end();
    if (found == kKnown.end())
        return Error{ErrorCode::BadParameter,
                     "window",
                     {LB_TR("Error", "%1 is not a window that is known here; hann and hamming are"),
                      {name ? *name : std::string()}}};
    if (length <= 1)
        return Weights(static_cast<std::size_t>(std::max<std::int64_t>(length, 0)), 1.0);
    Weights weights = found->make(periodic ? length + 1 : length);
    weights.resize(static_cast<std::size_t>(length));
    return weights;
}

Result<Tensor> fourierKernel(std::int64_t length, std::int64_t bins, bool imaginary,
                             const Config& window, const std::string& scaling, bool periodic,
                             DType dtype)
{
    LB_TRY(weights, windowOf(window, length, periodic));
    const std::string divisor = window.isNull() ? "" : scaling;
    const auto filled = [&]<typename Number>(Number) {
        return Tensor::make<Number>({length, 1, bins}, [&](std::span<Number> out) {
            fillKernel(out, weights, bins, imaginary, divisor);
        });
    };
    if (dtype == DType::Float16)
        return filled(Float16{});
    if (dtype == DType::BFloat16)
        return filled(BFloat16{});
    return dtype == DType::Float64 ? filled(double{}) : filled(float{});
}

} // namespace lb
