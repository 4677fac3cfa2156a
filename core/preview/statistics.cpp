#include "core/preview/statistics.h"

#include "core/tensor/dispatch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lb {
namespace {

std::int64_t channelsOf(const Shape& shape)
{
    const bool image = shape.size() == 3 && shape.back() >= 1 && shape.back() <= 4;
    return image ? shape.back() : 1;
}

template <typename Number> void addFigures(std::span<const Number> values, TensorStatistics& into)
{
    double sum = 0;
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const Number number : values) {
        const auto x = static_cast<double>(number);
        if (!std::isfinite(x)) {
            ++(std::isnan(x) ? into.nans : into.infinities);
            continue;
        }
        ++into.finite;
        sum += x;
        least = std::min(least, x);
        most = std::max(most, x);
    }
    if (into.finite == 0)
        return;
    into.min = least;
    into.max = most;
    into.mean = sum / static_cast<double>(into.finite);
}

template <typename Number>
void addHistograms(std::span<const Number> values, TensorStatistics& into)
{
    const std::size_t channels = into.histograms.size();
    const auto bins = static_cast<double>(into.histograms.front().size());
    const double scale = bins / (into.to - into.from);
    std::size_t channel = 0;
    for (const Number number : values) {
        const auto x = static_cast<double>(number);
        if (std::isfinite(x)) {
            const double bin = std::clamp(std::floor((x - into.from) * scale), 0.0, bins - 1);
            ++into.histograms[channel][static_cast<std::size_t>(bin)];
        }
        channel = channel + 1 == channels ? 0 : channel + 1;
    }
}

/// Characters, not bytes: those that go on with one before are left out.
std::int64_t characters(const std::string& text)
{
    return std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; });
}

TensorStatistics ofTexts(const Tensor& value, int bins)
{
    constexpr std::size_t kShown = 3;
    const auto texts = value.values<std::string>();
    const Tensor lengths
        = Tensor::make<std::int64_t>(value.shape(), [&](std::span<std::int64_t> out) {
              std::ranges::transform(texts, out.begin(), characters);
          });
    TensorStatistics result = statisticsOf(lengths, ValueRange::unknown(), bins);
    result.dtype = DType::String;
    for (const std::string& text : texts.first(std::min(kShown, texts.size())))
        result.texts.push_back(text);
    result.empty = std::ranges::count(texts, std::string());
    return result;
}

} // namespace

TensorStatistics statisticsOf(const Tensor& value, const ValueRange& range, int bins)
{
    if (value.dtype() == DType::String)
        return ofTexts(value, bins);
    TensorStatistics result;
    result.dtype = value.dtype();
    result.shape = value.shape();
    dispatch(value.dtype(), [&]<typename Number>(Number) {
        addFigures(value.values<Number>(), result);
        const bool holds = range.known() && std::isfinite(range.least) && std::isfinite(range.most)
            && range.least <= result.min && range.most >= result.max && range.most > range.least;
        result.from = holds ? range.least : result.min;
        result.to = holds ? range.most : result.max;
        if (!(result.to > result.from)) { // one number only: in the middle
            result.from -= 0.5;
            result.to = result.from + 1;
        }
        result.histograms.assign(static_cast<std::size_t>(channelsOf(value.shape())),
                                 std::vector<std::int64_t>(static_cast<std::size_t>(bins)));
        addHistograms(value.values<Number>(), result);
    });
    return result;
}

} // namespace lb
