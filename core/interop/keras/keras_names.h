#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lb {

/// Keras' snake case of a class name: Conv2D -> conv2d, BatchNormalization -> batch_normalization.
/// Source: Keras 3 `to_snake_case`.
std::string kerasSnakeCase(std::string_view className);

/// Numbers the children of one container as `model.weights.h5` does: the first conv2d has no
/// suffix, then conv2d_1.. A fresh one a container.
class KerasChildNames {
public:
    std::string next(std::string_view className);

private:
    std::map<std::string, int, std::less<>> m_used;
};

} // namespace lb
