#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <functional>

namespace lb {

/// What the header of a WAV file says, held against the bytes that are there.
struct WavHeader {
    std::uint32_t kind = 0; ///< 1: whole numbers (PCM), 3: floating point
    std::uint32_t channels = 0, samplingRate = 0, frameBytes = 0, bits = 0;
    std::uint64_t dataAt = 0; ///< where the samples begin
    std::int64_t frames = 0; ///< samples a channel
    bool operator==(const WavHeader&) const = default;
};

/// `count` bytes of a file from `offset` on, which are there.
using ReadBytes = std::function<Result<std::string>(std::uint64_t offset, std::size_t count)>;

/// Finds the samples in a file of `size` bytes and reads nothing of them.
/// Errors: those of decodeWav() and of `read`.
Result<WavHeader> wavHeader(std::uint64_t size, const ReadBytes& read);

/// Whole frames as float32 [frames, channels], whole numbers divided into -1..1.
Tensor wavSamples(std::string_view frames, const WavHeader& header);

/// A sound as its file has it.
struct Sound {
    Tensor samples; ///< float32 [samples, channels], whole numbers divided into -1..1
    std::int64_t samplingRate = 0; ///< in Hz
};

/// The beginning of a sound [frames, channels] as a row: [length], the mean of the channels, where
/// `mono`, else [length, channels]. Silence follows what is shorter.
void soundInto(std::span<float> row, const Tensor& sound, bool mono);

/// Reads a WAV file: PCM of 8, 16, 24 or 32 bits and floating point of 32 or 64, any number of
/// channels. Everything that the header says is held against the bytes that are there before
/// memory is taken; a length of 0xFFFFFFFF, as programs write it that do not know it yet, means
/// up to the end.
/// Errors: BadFile with the reason and the place in the file; TooLarge; Unsupported (compressed).
/// Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; 8 bits are
/// unsigned.
Result<Sound> decodeWav(std::string_view bytes, const Limits& limits = {});

} // namespace lb
