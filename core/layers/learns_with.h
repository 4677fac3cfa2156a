#pragma once

#include <string_view>
#include <vector>

namespace lb {

/// A layer that says which of its parameters its state depends on, so that changing another one
/// leaves the state as good as it was. Beside AdaptableLayerType; without it every parameter counts.
class LearnsWith {
public:
    virtual ~LearnsWith() = default;
    /// Keras' names. Of `output_mode` only int, tf_idf or neither counts.
    virtual std::vector<std::string_view> learnedWith() const = 0;
};

} // namespace lb
