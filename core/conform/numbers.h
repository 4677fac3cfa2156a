#pragma once

#include "core/support/config.h"
#include "core/support/limits.h"
#include "core/tensor/spec.h"

#include <filesystem>

namespace lb {

/// A tensor of JSON: nested lists of equal length, a number, or {dtype, shape, value}. Without a
/// dtype integers become int64, booleans bool, everything else float32.
/// Errors: BadFile (ragged, not numbers, a shape that does not fit), Unsupported (a dtype).
Result<Tensor> tensorOf(const Config& config);

/// The numbers as nested lists.
Config listsOf(const Tensor& tensor);

/// The same numbers as another dtype, converted as NumPy's `astype`.
Tensor converted(const Tensor& tensor, DType dtype);

/// Reads what people call layers with: .npy, .json (nested lists), .csv (numbers, a header line may
/// stand on top), .png and .jpg (uint8 RGB). Errors: NotFound, BadFile, TooLarge, Unsupported.
Result<Tensor> readValue(const std::filesystem::path& path, const Limits& limits = {});

} // namespace lb
