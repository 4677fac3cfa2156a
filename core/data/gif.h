#pragma once

#include "core/data/image_header.h"
#include "core/tensor/tensor.h"

namespace lb {

/// The first picture of a GIF as uint8 [height, width, 3], in the file's colours; transparent
/// pixels keep their colour, what the picture leaves free is black (as TensorFlow's decode_gif).
/// Errors: BadFile. Threads: any. Source: GIF89a, appendix F (variable-length-code LZW).
Result<Tensor> decodeGif(const ImageHeader& header, std::string_view bytes);

} // namespace lb
