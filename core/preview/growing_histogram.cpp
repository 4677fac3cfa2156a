#include "core/preview/growing_histogram.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kSmallestExponent = -200; // float32 ends at 2^-149

std::int64_t floorOf(double x, int exponent)
{
    return static_cast<std::int64_t>(std::floor(std::ldexp(x, -exponent)));
}

/// Towards minus infinity, as floor() does.
std::int64_t halfOf(std::int64_t bin)
{
    return bin >> 1;
}

} // namespace

std::int64_t GrowingHistogram::binOf(double x) const
{
    return floorOf(x, m_exponent);
}

/// Joins bins in pairs until least..most fits.
void GrowingHistogram::makeRoom(double least, double most)
{
    if (m_counts.empty()) {
        const double size = std::max({most - least, std::abs(most) * 1e-6, std::abs(least) * 1e-6});
        m_exponent = size > 0 ? std::max(std::ilogb(size) - 8, kSmallestExponent) : -8;
        while (floorOf(most, m_exponent) - floorOf(least, m_exponent) >= kBins)
            ++m_exponent;
        m_firstBin = binOf(least);
        m_counts.assign(static_cast<std::size_t>(binOf(most) - m_firstBin + 1), 0);
        return;
    }
    while (true) {
        const std::int64_t last = m_firstBin + std::ssize(m_counts) - 1;
        const double reach = std::ldexp(static_cast<double>(kBins) * 4, m_exponent);
        const bool far = least < -1e15 * reach || most > 1e15 * reach; // no int64 holds its bin
        const std::int64_t from = far ? 0 : std::min(m_firstBin, binOf(least));
        const std::int64_t to = far ? kBins : std::max(last, binOf(most));
        if (to - from < kBins) {
            m_counts.insert(m_counts.begin(), static_cast<std::size_t>(m_firstBin - from), 0);
            m_counts.resize(static_cast<std::size_t>(to - from + 1), 0);
            m_firstBin = from;
            return;
        }
        const std::int64_t first = halfOf(m_firstBin);
        std::vector<std::int64_t> joined(static_cast<std::size_t>(halfOf(last) - first + 1), 0);
        for (std::int64_t bin = m_firstBin; bin <= last; ++bin)
            joined[static_cast<std::size_t>(halfOf(bin) - first)]
                += m_counts[static_cast<std::size_t>(bin - m_firstBin)];
        m_counts = std::move(joined);
        m_firstBin = first;
        ++m_exponent;
    }
}

void GrowingHistogram::add(std::span<const float> numbers, std::size_t first, std::size_t stride)
{
    double least = 0, most = 0, sum = 0;
    std::int64_t count = 0;
    for (std::size_t i = first; i < numbers.size(); i += stride) {
        const auto x = static_cast<double>(numbers[i]);
        if (!std::isfinite(x)) {
            ++m_odd;
            continue;
        }
        least = count == 0 ? x : std::min(least, x);
        most = count == 0 ? x : std::max(most, x);
        sum += x;
        ++count;
    }
    if (count == 0)
        return;
    makeRoom(least, most);
    const double mean = sum / static_cast<double>(count);
    double squares = 0;
    for (std::size_t i = first; i < numbers.size(); i += stride)
        if (const auto x = static_cast<double>(numbers[i]); std::isfinite(x)) {
            ++m_counts[static_cast<std::size_t>(binOf(x) - m_firstBin)];
            squares += (x - mean) * (x - mean);
        }
    m_least = m_count == 0 ? least : std::min(m_least, least);
    m_most = m_count == 0 ? most : std::max(m_most, most);
    // moments are joined as by Chan et al. 1979
    const auto before = static_cast<double>(m_count);
    const auto now = static_cast<double>(count);
    const double distance = mean - m_mean;
    m_mean += distance * now / (before + now);
    m_squares += squares + distance * distance * before * now / (before + now);
    m_count += count;
}

double GrowingHistogram::deviation() const
{
    return m_count > 0 ? std::sqrt(m_squares / static_cast<double>(m_count)) : 0;
}

Histogram GrowingHistogram::histogram(std::size_t bins) const
{
    if (m_counts.empty())
        return {};
    std::int64_t first = binOf(m_least), last = binOf(m_most);
    int joined = 0;
    while ((last >> joined) - (first >> joined) >= static_cast<std::int64_t>(bins))
        ++joined;
    Histogram result;
    result.width = std::ldexp(1.0, m_exponent + joined);
    result.from = static_cast<double>(first >> joined) * result.width;
    result.counts.assign(static_cast<std::size_t>((last >> joined) - (first >> joined) + 1), 0);
    for (std::int64_t bin = first; bin <= last; ++bin)
        result.counts[static_cast<std::size_t>((bin >> joined) - (first >> joined))]
            += m_counts[static_cast<std::size_t>(bin - m_firstBin)];
    return result;
}

} // namespace lb
