#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

#include <filesystem>
#include <string_view>

namespace lb {

/// A mask whose pixels name classes, as uint8 [height, width, 1]: of a PNG with a palette the
/// indices, as PASCAL VOC hands masks out; of a grey one of 1, 2, 4 or 8 bits the numbers as they
/// are stored, not stretched to 0..255; of any other picture the grey value. Alpha is dropped.
/// Errors: those of decodeImage(); Unsupported for a PNG of 16 bits and for colours without a
/// palette, which name no class.
Result<Tensor> decodeMask(std::string_view bytes, const Limits& limits = {});

/// The same of a file, which the error names. Errors: also Io, TooLarge beyond imageFileBytes.
Result<Tensor> readMask(const std::filesystem::path& path, const Limits& limits = {});

} // namespace lb
