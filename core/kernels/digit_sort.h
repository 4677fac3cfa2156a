#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lb::kernels {

/// Sorts by `key(item)`, a std::uint64_t, upwards; equal ones keep their order. Digit by digit, the
/// last one first, where the keys differ in it: for thousands of items this takes a fraction of the
/// time of comparisons, whose outcomes nobody can guess. Below 2^32 items.
template <typename Item, typename Key> void sortByDigits(std::vector<Item>& items, Key&& key)
{
    constexpr unsigned bits = 11;
    constexpr std::uint64_t mask = (1u << bits) - 1;
    if (items.empty())
        return;
    std::uint64_t differs = 0;
    for (const Item& item : items)
        differs |= key(item) ^ key(items.front());
    std::vector<Item> sorted(differs ? items.size() : 0);
    for (unsigned shift = 0; shift < 64; shift += bits) {
        if ((differs >> shift & mask) == 0)
            continue;
        std::array<std::uint32_t, mask + 1> begin{};
        for (const Item& item : items)
            ++begin[key(item) >> shift & mask];
        std::uint32_t sum = 0;
        for (std::uint32_t& place : begin) {
            const std::uint32_t count = place;
            place = sum;
            sum += count;
        }
        for (const Item& item : items)
            sorted[begin[key(item) >> shift & mask]++] = item;
        items.swap(sorted);
    }
}

} // namespace lb::kernels
