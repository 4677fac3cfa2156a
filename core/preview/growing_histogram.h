#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lb {

/// How often numbers lie in bins of one width.
struct Histogram {
    double from = 0, width = 1; ///< bin i is [from + i width, from + (i + 1) width)
    std::vector<std::int64_t> counts; ///< empty: no number was finite

    double to() const { return from + width * static_cast<double>(counts.size()); }
    bool operator==(const Histogram&) const = default;
};

/// A histogram of numbers whose range nobody knows before: in one pass and bounded memory. Bins are
/// a power of two wide, begin at a multiple of it and are joined in pairs while a number is
/// outside, so that every count stays exact.
class GrowingHistogram {
public:
    /// Adds numbers `stride` apart, beginning with the first; those that are not finite count in odd().
    void add(std::span<const float> numbers, std::size_t first = 0, std::size_t stride = 1);

    std::int64_t count() const { return m_count; } ///< of the finite ones
    std::int64_t odd() const { return m_odd; }
    double least() const { return m_least; } ///< 0 if there is none
    double most() const { return m_most; }
    double mean() const { return m_mean; }
    double deviation() const; ///< of all of them, not of a sample
    /// At most `bins` bins (at least 2) that cover what there is.
    Histogram histogram(std::size_t bins = 64) const;

private:
    static constexpr std::int64_t kBins = 256;

    void makeRoom(double least, double most);
    std::int64_t binOf(double x) const;

    int m_exponent = 0; ///< of the width
    std::int64_t m_firstBin = 0; ///< number of the bin that m_counts begins with
    std::vector<std::int64_t> m_counts;
    std::int64_t m_count = 0, m_odd = 0;
    double m_least = 0, m_most = 0, m_mean = 0, m_squares = 0;
};

} // namespace lb
