#pragma once

#include "core/interop/onnx/onnx_node.h"

#include <array>
#include <optional>

/// ONNX recipes of the hashes that put values into bins, bit for bit: opset 20 has integers of 64 bits
/// that wrap, and bytes of strings by what a pattern says of their places.
namespace lb::hash_onnx {

/// Strings are hashed up to this length, which is where FarmHash64 begins another way of its own.
inline constexpr std::int64_t kMostBytes = 64;

/// Host work whose ONNX form hashes the strings among its inputs.
class HashesStrings {
public:
    virtual ~HashesStrings() = default;
    virtual bool hashesStrings() const { return true; }
};

using Key = std::optional<std::array<std::uint64_t, 2>>; ///< of SipHash; none: FarmHash64

/// hash(x) mod bins: int64 of the shape of `x`, whose dtype is `dtype`; numbers lose their fraction.
/// A string that is longer than kMostBytes or not ASCII ends the run with an error of ONNX Runtime (an
/// index out of bounds), for no other number would be right; not one whose place in `exempt` (bool, as
/// x; or empty) is true.
std::string binsOf(OnnxNode& node, const std::string& x, DType dtype, const Key& key,
                   std::int64_t bins, const std::string& exempt = {});

/// The bins of combinations of the inputs of `node`, which have one shape: TensorFlow's
/// `SparseCrossHashed`. Strings as in binsOf().
std::string crossedBins(OnnxNode& node, std::int64_t bins);

} // namespace lb::hash_onnx
