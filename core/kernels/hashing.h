#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Hashes that Keras' layers put values into bins with. The same number on every machine.
namespace lb::kernels {

/// FarmHash's Fingerprint64. Source: Geoff Pike, FarmHash (2014), farmhashna::Hash64.
std::uint64_t fingerprint64(std::string_view bytes);

/// SipHash-2-4. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
std::uint64_t sipHash24(std::array<std::uint64_t, 2> key, std::string_view bytes);

/// Joins two fingerprints; the order counts. Source: TensorFlow `FingerprintCat64`.
std::uint64_t fingerprintCat64(std::uint64_t a, std::uint64_t b);

} // namespace lb::kernels
