#pragma once

#include <string_view>

namespace lb {

/// verify.py of a bundle: checksums with Python alone, samples where ONNX Runtime or Keras is there.
std::string_view bundleScript();

} // namespace lb
