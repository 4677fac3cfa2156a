#include "core/tensor/column.h"

namespace lb {

std::vector<Spec> specsOf(std::span<const Column> columns)
{
    std::vector<Spec> specs;
    for (const Column& column : columns)
        specs.push_back(column.spec);
    return specs;
}

} // namespace lb
