#pragma once

#include "core/tensor/spec.h"

namespace lb {

/// A value with a name: a column of a source, an input of a model.
struct Column {
    std::string name; ///< "image", "text", "age"
    Spec spec;
    bool operator==(const Column&) const = default;
};
std::vector<Spec> specsOf(std::span<const Column> columns);

} // namespace lb
