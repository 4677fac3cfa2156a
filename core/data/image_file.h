#pragma once

#include "core/data/image_header.h"
#include "core/tensor/tensor.h"

#include <filesystem>

namespace lb {

/// A picture as uint8 [height, width, 3] in red, green, blue, 0..255, from JPEG, PNG, BMP, WebP,
/// GIF, TIFF or PNM by signature. Grey is repeated, alpha dropped, 16 bits become 8, of several
/// pictures the first is taken; the orientation in EXIF is ignored, as Keras' loaders do.
/// The size is checked against `limits` before anything is decoded. A JPEG whose data are damaged
/// is refused, not filled with grey.
/// Errors: those of imageHeader() and checkWhole(); BadFile if the data do not decode; NotFound if
/// the codecs' module is missing. Threads: any. The first call loads the module (about 55 ms).
Result<Tensor> decodeImage(std::string_view bytes, const Limits& limits = {});

/// The same of a file, which the error names. Errors: also Io, TooLarge beyond imageFileBytes.
Result<Tensor> readImage(const std::filesystem::path& path, const Limits& limits = {});

/// A PNG of uint8 [height, width, 1 or 3 or 4]. Errors: BadShape, NotFound (no module), Internal.
Result<std::string> encodePng(const Tensor& image);

} // namespace lb
