#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lb::kernels {

/// Whether cutWide() runs on this machine: AVX-512 with VBMI2.
bool splitsWide();

struct WideCut {
    std::size_t size = 0, spaces = 0;
};

/// Standardises a text as TokenizerSteps says, and finds white space, 64 bytes at once. `out` has room
/// for the text and 64 bytes more; the place of each white space goes to `ends`, with room for as
/// many entries.
WideCut cutWide(std::string_view text, bool lower, bool stripPunctuation, char* out,
                std::uint32_t* ends);

} // namespace lb::kernels
