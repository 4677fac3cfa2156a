#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

/// What somebody types or pastes to call a layer with: rows of numbers, separated by spaces,
/// commas, semicolons or tabs, become [rows, columns]; nested lists as NumPy, JSON or R's c() write
/// them have the shape that they show. An empty line begins the next tensor. Whole numbers become
/// int64, True and False bool, everything else float32; nan, NA and inf are known.
/// At most `mostNumbers`. Errors: BadParameter with the line ("line 3") and what is wrong there.
Result<std::vector<Tensor>> typedTensors(std::string_view text, std::size_t mostNumbers = 65'536);

/// The numbers for reading: rows as they are typed, [brackets] around a list, nested ones for three
/// axes and more; in a long axis the middle becomes "…". Six digits. Strings stand in quotes.
std::string readableText(const Tensor& tensor);

/// All numbers, shortest forms that read back the same, as rows that typedTensors() reads where
/// there are two axes, and as nested lists otherwise.
std::string typedText(const Tensor& tensor);

} // namespace lb
