#include "core/training/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace lb {

MemoryPlan placed(std::span<const BufferLife> lives)
{
    constexpr std::size_t line = 16; // floats of 64 bytes
    MemoryPlan plan{std::vector<std::size_t>(lives.size(), 0), 0};
    std::vector<std::size_t> order(lives.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return lives[a].count > lives[b].count; });

    struct Room {
        std::size_t begin, end;
        int first, last;
    };
    std::vector<Room> taken; // by begin
    for (const std::size_t i : order) {
        const BufferLife& life = lives[i];
        if (life.last < life.first)
            continue;
        const std::size_t size = (life.count + line - 1) / line * line;
        std::size_t at = 0;
        for (const Room& room : taken) {
            if (room.last < life.first || life.last < room.first)
                continue;
            if (at + size <= room.begin)
                break;
            at = std::max(at, room.end);
        }
        plan.offsets[i] = at;
        plan.size = std::max(plan.size, at + size);
        const Room room{at, at + size, life.first, life.last};
        taken.insert(std::ranges::upper_bound(taken, at, {}, &Room::begin), room);
    }
    return plan;
}

} // namespace lb
