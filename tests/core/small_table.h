#pragma once

#include "core/data/source.h"

#include <memory>

namespace lb::test {

/// Columns word, count, size, each [rows, 1]; the labels are indices of "few" and "many".
inline std::shared_ptr<const Source> smallTable(std::vector<std::int64_t> labels)
{
    const std::int64_t rows = std::ssize(labels);
    std::vector<std::pair<std::string, Tensor>> columns;
    columns.emplace_back("word", Tensor::make<std::string>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = i % 3 == 0 ? "sun" : "rain";
                         }));
    columns.emplace_back("count", Tensor::make<std::int64_t>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = static_cast<std::int64_t>(i % 4);
                         }));
    columns.emplace_back("size", Tensor::make<float>({rows, 1}, [](auto out) {
                             for (std::size_t i = 0; i < out.size(); ++i)
                                 out[i] = static_cast<float>(i % 10);
                         }));
    return std::make_shared<MemoryTable>(std::move(columns), std::move(labels),
                                         std::vector<std::string>{"few", "many"});
}

} // namespace lb::test
