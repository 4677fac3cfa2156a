#pragma once

#include "core/interop/code/keras_code.h"

namespace lb {

/// A value as Python or R writes it: None or NULL, 3 or 3L, [1, 2] or c(1L, 2L).
std::string codeLiteral(const Config& value, CodeLanguage language);

/// An identifier made of a layer's name that is no word of the language and not among `used`, to
/// which it is added.
std::string codeName(std::string_view name, CodeLanguage language,
                     std::vector<std::string>& used);

/// keras3's function for a class: Conv2D -> layer_conv_2d, ReLU -> layer_activation_relu.
std::string layerFunction(std::string_view kerasClass);

} // namespace lb
