#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

/// A sound as its file has it.
struct Sound {
    Tensor samples; ///< float32 [samples, channels], whole numbers divided into -1..1
    std::int64_t samplingRate = 0; ///< in Hz
};

/// Reads a WAV file: PCM of 8, 16, 24 or 32 bits and floating point of 32 or 64, any number of
/// channels. Everything that the header says is held against the bytes that are there before
/// memory is taken; a length of 0xFFFFFFFF, as programs write it that do not know it yet, means
/// up to the end.
/// Errors: BadFile with the reason and the place in the file; TooLarge; Unsupported (compressed).
/// Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; 8 bits are
/// unsigned.
Result<Sound> decodeWav(std::string_view bytes, const Limits& limits = {});

} // namespace lb
