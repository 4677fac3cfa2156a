#pragma once

#include "core/data/source.h"

#include <cmath>

namespace lb::test {

/// Columns text, count and size to learn from: words in sentences, integers, and numbers whose sums
/// hang on the order in which they are added.
inline std::shared_ptr<const Source> learningTable(std::int64_t rows)
{
    std::vector<std::pair<std::string, Tensor>> columns;
    columns.emplace_back("text", Tensor::make<std::string>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = "w" + std::to_string(i * i % 37) + " w"
                                     + std::to_string(i % 11) + " w1";
                         }));
    columns.emplace_back("count", Tensor::make<std::int64_t>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = static_cast<std::int64_t>(i * i % 23) - 5;
                         }));
    columns.emplace_back("size", Tensor::make<float>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = 1000 * std::sin(static_cast<float>(i) * 0.7f);
                         }));
    return std::make_shared<MemoryTable>(
        std::move(columns), std::vector<std::int64_t>(static_cast<std::size_t>(rows), 0),
        std::vector<std::string>{"all"});
}

} // namespace lb::test
