#include "core/data/label_column.h"

#include "core/data/csv_dialect.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr std::size_t kManyNumbers = 20;

bool isWhole(double value)
{
    return std::isfinite(value) && value == std::floor(value);
}

} // namespace

Result<> LabelColumn::add(std::string_view value, const std::string& name, const Limits& limits)
{
    std::string key(value);
    auto found = m_known.find(key);
    if (found == m_known.end()) {
        if (m_known.size() >= limits.classes)
            return Error{ErrorCode::TooLarge,
                         "",
                         {LB_TR("Error", "column %1 has more than %2 different values, too many for "
                                         "classes; choose another one as label"),
                          {name, static_cast<std::int64_t>(limits.classes)}}};
        const auto next = static_cast<std::int32_t>(m_known.size());
        found = m_known.emplace(std::move(key), next).first;
    }
    m_labels.push_back(found->second);
    return std::monostate{};
}

Result<> LabelColumn::finish(const std::string& name, std::vector<std::string> given)
{
    std::vector<std::pair<std::string, std::int32_t>> values(m_known.begin(), m_known.end());
    const bool integers = std::ranges::all_of(
        values, [](const auto& value) { return integerIn(value.first).has_value(); });
    const bool fractions = values.size() > kManyNumbers
        && std::ranges::all_of(values, [](const auto& v) { return numberIn(v.first).has_value(); })
        && std::ranges::any_of(values, [](const auto& v) { return !isWhole(*numberIn(v.first)); });
    if (fractions)
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error", "column %1 holds numbers with fractions, which are no classes; "
                                     "choose another one as label, or set label_type to number"),
                      {name}}};
    if (integers)
        std::ranges::sort(values, {}, [](const auto& v) { return *integerIn(v.first); });
    else
        std::ranges::sort(values);
    std::vector<std::int32_t> classOf(values.size());
    m_names.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
        classOf[static_cast<std::size_t>(values[i].second)] = static_cast<std::int32_t>(i);
        m_names.push_back(values[i].first);
    }
    if (integers && !values.empty() && !given.empty()) {
        const std::int64_t least = *integerIn(values.front().first) == 0 ? 0 : 1;
        const std::int64_t most = *integerIn(values.back().first);
        if (*integerIn(values.front().first) >= least && most - least < std::ssize(given)) {
            for (const auto& [value, first] : values)
                classOf[static_cast<std::size_t>(first)]
                    = static_cast<std::int32_t>(*integerIn(value) - least);
            m_names = std::move(given);
        }
    }
    for (std::int32_t& label : m_labels)
        label = classOf[static_cast<std::size_t>(label)];
    m_known.clear();
    return std::monostate{};
}

} // namespace lb
