#include "core/kernels/ranks.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace lb::kernels {
namespace {

constexpr std::size_t kCells = 8'192; // of 4 bytes: they fit the first cache

/// Bits that are ordered as the numbers are.
std::uint32_t orderedBits(float x)
{
    const auto bits = std::bit_cast<std::uint32_t>(x);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}
float fromOrderedBits(std::uint32_t bits)
{
    return std::bit_cast<float>(bits ^ (bits >> 31 ? 0x80000000u : 0xffffffffu));
}

/// Puts the keys of `ranks` where a sort would put them; keys[0] has the rank `first`. Halves the
/// ranks, so that all of them together cost little more than their logarithm times the keys.
void select(std::span<std::uint32_t> keys, std::size_t first, std::span<const std::size_t> ranks)
{
    if (ranks.empty() || keys.size() < 2)
        return;
    const auto [least, most] = std::ranges::minmax(keys);
    if (least == most) // as the cells of numbers with few decimals are
        return;
    const std::size_t middle = ranks.size() / 2, at = ranks[middle] - first;
    std::ranges::nth_element(keys, keys.begin() + static_cast<std::ptrdiff_t>(at));
    select(keys.first(at), first, ranks.first(middle));
    select(keys.subspan(at + 1), ranks[middle] + 1, ranks.subspan(middle + 1));
}

/// Keys by cells of equal width, each cell's in any order; `ends` are the cells' ends.
std::vector<std::uint32_t> byCells(std::span<const float> values, std::vector<std::uint32_t>& ends)
{
    std::uint32_t least = ~0u, most = 0;
    for (const float value : values) {
        least = std::min(least, orderedBits(value));
        most = std::max(most, orderedBits(value));
    }
    const auto bits = static_cast<int>(std::bit_width(most - least));
    const int shift = std::max(0, bits - static_cast<int>(std::bit_width(kCells - 1)));
    ends.assign(kCells, 0);
    for (const float value : values)
        ++ends[(orderedBits(value) - least) >> shift];
    std::uint32_t sum = 0;
    for (std::uint32_t& end : ends) {
        const std::uint32_t count = end;
        end = sum; // where the cell begins, until its keys have moved it to its end
        sum += count;
    }
    std::vector<std::uint32_t> sorted(values.size());
    for (const float value : values) {
        const std::uint32_t key = orderedBits(value);
        sorted[ends[(key - least) >> shift]++] = key;
    }
    return sorted;
}

} // namespace

std::vector<float> valuesAt(std::span<const std::size_t> ranks, std::span<const float> values)
{
    std::vector<float> result;
    if (ranks.empty())
        return result;
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> sorted = byCells(values, ends);
    std::size_t begin = 0;
    auto rank = ranks.begin();
    for (const std::size_t end : ends) {
        const auto inside = std::ranges::lower_bound(rank, ranks.end(), end);
        select(std::span(sorted).subspan(begin, end - begin), begin, std::span(rank, inside));
        rank = inside;
        begin = end;
    }
    for (const std::size_t each : ranks)
        result.push_back(fromOrderedBits(sorted[each]));
    return result;
}

} // namespace lb::kernels
