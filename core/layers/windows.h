#pragma once

#include "core/layers/codec.h"
#include "core/layers/emitter.h"

namespace lb {

/// What stands beyond the border of an image that windows slide over.
enum class Padding : std::uint8_t { Valid, Same };

constexpr auto kerasNames(Padding)
{
    return std::to_array<std::string_view>({"valid", "same"});
}

/// A batch of images as window ops read it, [batch, height, width, channels].
/// An input that has not four axes fails the emitter.
ValueRef channelsLast(Emitter& emitter, ValueRef x, DataFormat format);
/// The way back to the layout that the caller's format names.
ValueRef inFormat(Emitter& emitter, ValueRef y, DataFormat format);

/// An op's argument.
Config pairConfig(const BothOr<std::int64_t>& pair);
std::string nameOf(Padding padding);

} // namespace lb
