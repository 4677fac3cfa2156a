#pragma once

#include "core/support/config.h"
#include "core/support/limits.h"
#include "core/tensor/spec.h"

#include <filesystem>

namespace lb {

/// A tensor of JSON: nested lists of equal length, a number or string, or {dtype, shape, value}.
/// Without a dtype integers become int64, booleans bool, strings stay, everything else is float32.
/// Errors: BadFile (ragged, of several kinds, a shape that does not fit), Unsupported (a dtype).
Result<Tensor> tensorOf(const Config& config);

/// The numbers or strings as nested lists.
Config listsOf(const Tensor& tensor);

/// One string a line; a line end at the end is none of the text's. Errors: BadFile (not UTF-8, NUL).
Result<Tensor> tensorOfLines(std::string_view text);

/// The same numbers as another dtype, converted as NumPy's `astype`. Strings stay strings.
Tensor converted(const Tensor& tensor, DType dtype);

/// Reads what people call layers with: .npy, .json (nested lists), .txt (one string a line), .csv
/// (numbers, a header line may stand on top), .png and .jpg (uint8 RGB), .wav ([samples], or
/// [channels, samples]). Errors: NotFound, BadFile, TooLarge, Unsupported.
Result<Tensor> readValue(const std::filesystem::path& path, const Limits& limits = {});

} // namespace lb
