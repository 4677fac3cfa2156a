#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"

#include <string_view>

namespace lb {

enum class ImageFormat : std::uint8_t { Jpeg, Png, Bmp, Webp, Gif, Tiff, Pnm };
std::string_view nameOf(ImageFormat format); ///< "JPEG"

/// What a picture's first bytes say, before anything is decoded.
struct ImageHeader {
    ImageFormat format = ImageFormat::Png;
    std::int64_t height = 0, width = 0; ///< pixels; of the first picture, orientation ignored
};

/// Tells the format by signature and the size by the header. `bytes` may be the beginning of a
/// file only; a JPEG or TIFF may then need more. Errors: Unsupported (none of the seven formats, a
/// TIFF of 2 or more than 4 channels),
/// BadFile (no size to be found, or an empty one), TooLarge beyond `limits.imagePixels`. No
/// `where`.
Result<ImageHeader> imageHeader(std::string_view bytes, const Limits& limits = {});

/// Whether a file goes on to its own end: markers and chunks are walked, nothing is decoded; PNG's
/// checksums are compared. JPEG and PNG need all `bytes`, others the first 1,024 of `fileSize`.
/// Errors: BadFile if it is cut off or was damaged on the way. No `where`.
Result<> checkWhole(const ImageHeader& header, std::string_view bytes, std::size_t fileSize);

/// Whether the last bytes of a JPEG or PNG are its format's end, as they nearly always are; false
/// means that checkWhole() has to look. `tail`: the last 16 bytes or more.
bool endsLikeItself(ImageFormat format, std::string_view tail);

/// The checksum of a PNG's chunk: of its name and data.
std::uint32_t pngChecksum(std::string_view bytes);

} // namespace lb
