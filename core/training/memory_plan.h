#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lb {

/// A buffer and the steps between which its numbers matter, both included.
struct BufferLife {
    std::size_t count = 0; ///< floats
    int first = 0, last = -1; ///< last < first: never used, takes no room
};

struct MemoryPlan {
    std::vector<std::size_t> offsets; ///< floats, multiples of 16; parallel to the buffers
    std::size_t size = 0;
};

/// Places buffers in one arena so that two that live at the same time never overlap: large ones
/// first, each at the lowest place that fits. Pure; the same lives give the same places.
MemoryPlan placed(std::span<const BufferLife> lives);

} // namespace lb
