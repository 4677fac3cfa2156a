#pragma once

#include <string_view>

namespace lb {

/// Whether Keras 3.15 has a layer of this class, whatever is here of it.
bool isLayerOfKeras(std::string_view kerasClass);

} // namespace lb
