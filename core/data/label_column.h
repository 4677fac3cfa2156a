#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace lb {

/// Makes classes of the values of a label column, as they come.
class LabelColumn {
public:
    /// Errors: TooLarge beyond Limits::classes, with `name` of the column; `where` is empty.
    Result<> add(std::string_view value, const std::string& name, const Limits& limits);
    /// Gives the values their order, numeric where all are integers, else bytewise; `given` names
    /// classes that count from 0 or 1, where there are enough of them.
    /// Errors: BadFile where the values are numbers with fractions, many of them different.
    Result<> finish(const std::string& name, std::vector<std::string> given);

    const std::vector<std::string>& classNames() const { return m_names; }
    std::int64_t at(std::int64_t row) const { return m_labels.at(static_cast<std::size_t>(row)); }
    const std::vector<std::int32_t>& all() const { return m_labels; }

private:
    std::unordered_map<std::string, std::int32_t> m_known;
    std::vector<std::int32_t> m_labels; ///< by first appearance, after finish() by class
    std::vector<std::string> m_names;
};

} // namespace lb
